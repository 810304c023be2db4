/**
 * What CASES.tsv calls the right answer, as facts of an inventory. Of an attack the finding that tells of it is named by
 * code; several where the row leaves open which of them it is.
 */

export interface CaseAnswer {
  /** One of these has to be the status. Default: any. */
  readonly status?: readonly ('ok' | 'failed' | 'unreadable')[];
  /** Names of all images together, sorted. Default: any. */
  readonly names?: readonly string[];
  /** Number of images. Default: any. */
  readonly images?: number;
  /** One of them is among the errors and warnings. Default: none is asked for. */
  readonly oneOf?: readonly string[];
  /** None of them is a finding of whatever severity. */
  readonly noneOf?: readonly string[];
  /** No error and no warning. */
  readonly quiet?: true;
  /** Every layer is there and was compared with its diffID. */
  readonly layersCompared?: true;
  /** At least one warning. */
  readonly warns?: true;
  /** Stands in a message or reason. */
  readonly says?: RegExp;
}

const damage: readonly string[] = [
  'digest-mismatch',
  'size-mismatch',
  'diffid-mismatch',
  'layer-not-tar',
  'layer-undecodable',
];
const wholeImage = { status: ['ok'], images: 1, layersCompared: true } as const;

export const caseAnswers: Readonly<Record<string, CaseAnswer>> = {
  'apko-multi.tar': {
    status: ['ok'],
    names: ['registry.example/busy:latest-amd64', 'registry.example/busy:latest-arm64'],
    images: 2,
    quiet: true,
  },
  'octet-good.tar': { ...wholeImage, names: ['docker.io/library/old:1'] },
  'octet-damaged.tar': { status: ['failed'], oneOf: ['diffid-mismatch'] },
  'octet-control.tar': { status: ['failed'], oneOf: ['diffid-mismatch'] },
  'cfgtype-json.tar': wholeImage,
  'image-artifacttype.tar': wholeImage,
  'sparse-pax10.tar': { status: ['ok'], images: 1, noneOf: damage },
  'sparse-gnu.tar': { images: 1, noneOf: damage, warns: true },
  'paxsize-zero.tar': { status: ['failed'], oneOf: ['readers-disagree'] },
  'solarisX-outer.tar': { oneOf: ['readers-disagree'] },
  'backslash.tar': { images: 1, layersCompared: true, warns: true, noneOf: ['blob-missing', 'file-unreferenced'] },
  'm-devpath-xattr.tar': { status: ['ok'], images: 1 },
  'xl-sha256.tar': { status: ['ok'], images: 1, noneOf: damage },
  'imgpkg.tar': { status: ['unreadable'], says: /imgpkg|kbld/ },
  'powershell.tar': { status: ['unreadable'], says: /FF FE/i },
  'loaders/control-docker.tar': { ...wholeImage, names: ['docker.io/library/app:1'] },
  'loaders/control-oci.tar': { ...wholeImage, names: ['docker.io/library/app:1'] },
  'loaders/T1-v7dir-size.tar': { oneOf: ['readers-disagree'] },
  'loaders/T2-sparse-isextended-2.tar': { oneOf: ['readers-disagree'] },
  'loaders/T4-x-then-g.tar': { oneOf: ['readers-disagree'] },
  'loaders/T6-size-leading-nul.tar': { oneOf: ['readers-disagree'] },
  'loaders/T8-star-prefix.tar': { oneOf: ['readers-disagree'] },
  'loaders/T9-symlink-dir.tar': { oneOf: ['entry-ambiguous', 'readers-disagree'] },
  'loaders/T14-oci-symlink-dir.tar': { oneOf: ['entry-ambiguous', 'readers-disagree'] },
  'loaders/T11-trailing-slash-docs.tar': { oneOf: ['entry-ambiguous', 'readers-disagree'] },
  'loaders/T12-sparse-layer.tar': { oneOf: ['readers-disagree', 'diffid-mismatch', 'digest-mismatch'] },
  'loaders/P1-gzip-tar-polyglot.tar': { oneOf: ['readers-disagree'] },
  'loaders/J1-dotless-i.tar': { status: ['failed'] },
  'loaders/J3-dup-config-merge.tar': { status: ['failed'], oneOf: ['key-ambiguous'] },
  'loaders/J20-annotations-dup-merge.tar': { status: ['failed'], oneOf: ['key-ambiguous'] },
  'loaders/S1-attestation-annotation.tar': { images: 2, oneOf: ['tag-ambiguous'] },
  'loaders/S3-artifactType.tar': { images: 2, oneOf: ['tag-ambiguous'] },
  'loaders/S4-layers-json.tar': { images: 2, oneOf: ['tag-ambiguous'] },
  'loaders/O1-attestation.tar': { images: 1 },
  'loaders/O4-0-layer-type.tar': { images: 1 },
  'loaders/S8-two-names.tar': { status: ['failed'] },
  'loaders/S10-same-tag-other-variant.tar': { images: 2, oneOf: ['tag-ambiguous'] },
  'loaders/E1-same-tag.tar': { images: 2, oneOf: ['tag-ambiguous'] },
  'loaders/C1-os-windows-root.tar': { images: 1 },
  'loaders/C3-minus-zero.tar': { images: 1 },
  'loaders/D5-layout-version.tar': { status: ['failed'] },
};
