/**
 * Where Varve and a truth file differ, by name, with who is right and why. At most five; a test counts them, and fails
 * for an entry that no longer differs.
 */

export interface Disagreement {
  readonly item: string;
  /** What the comparison says, as a pattern. */
  readonly difference: RegExp;
  readonly evidence: string;
}

export const disagreements: readonly Disagreement[] = [
  {
    item: 'container-inspector-windows-mini-image.tar.gz',
    difference: /^verdict: truth ok, here readers-disagree, diffid-mismatch$/,
    evidence:
      'The image config writes the key as "rootfS". Go matches keys without regard to case (encoding/json, Unmarshal), so docker reads the ' +
      'one diffID in it, sha256:e4e02f4c… (jq and Python find none, hence readers-disagree); tar -xzO of the layer | sha256sum gives 9265ebea…: the layer was cut down. The truth checker ' +
      'looked for "rootfs" alone and notes that there are no diff_ids.',
  },
  {
    item: 'oras-images',
    difference: /^verdict: truth ok, here layer-count-mismatch$/,
    evidence:
      'Three manifests list one layer each while their configs are {"architecture","os"} alone. The OCI image spec, config.md, makes ' +
      'rootfs and its diff_ids REQUIRED, one per layer; the truth checker only notes it ("no rootfs.diff_ids").',
  },
  {
    item: 'ggcr-no_manifest.tar',
    difference: /^verdict: truth ok, here document-missing$/,
    evidence:
      'A config lies under its digest beside v1 folders, which no writer of the v1 time did: by its own remark the truth is about an ' +
      'archive of which manifest.json was removed. Read as a v1 archive nothing of it is checked; a damaged header does the same.',
  },
];
