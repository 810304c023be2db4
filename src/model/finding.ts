/**
 * Findings: what is wrong or odd with an archive, as sortable data. The registry below is the only list of codes; each
 * has one severity and one meaning, docs/findings.md explains each, and a test raises each. Codes are stable.
 */

export type Severity = 'error' | 'warning' | 'hint';

const severities: readonly Severity[] = ['error', 'warning', 'hint'];

/** The lower, the more severe: a threshold takes in whatever has its rank or a lower one. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

interface CodeFacts {
  readonly severity: Severity;
  readonly meaning: string;
}

const error = (meaning: string): CodeFacts => ({ severity: 'error', meaning });
const warning = (meaning: string): CodeFacts => ({ severity: 'warning', meaning });
const hint = (meaning: string): CodeFacts => ({ severity: 'hint', meaning });

export const findingCodes = {
  // The input as a whole
  'input-unreadable': error('The file, folder or stream could not be opened or read.'),
  'input-changed': error('The file was written to or replaced while it was read.'),
  'not-an-image-archive': error('The input was read, but it holds no container image.'),
  'archive-truncated': error(
    'The archive ends inside an entry, inside its compression, or before the documents that it must have.',
  ),
  'archive-undecodable': error('The compression of the whole archive is damaged.'),
  'part-missing': error('A part of an archive that was cut into several files is not there.'),
  'part-changed': error('A part of an archive that was cut into several files is not what its list says.'),
  'header-invalid': error('A tar header is damaged: its checksum is wrong or a field cannot be read.'),
  'limit-exceeded': error('A named limit was reached; what lies beyond it was not read.'),
  'path-escape': error('An entry or link names a place outside the archive.'),
  'entry-ambiguous': error('One name leads to different bodies: tools disagree which one counts.'),
  'readers-disagree': error('Readers of the field read other entries or values from these bytes than each other.'),
  // Documents
  'document-missing': error('A document that the format requires is absent.'),
  'document-invalid': error('A document is no JSON or has the wrong shape.'),
  'key-ambiguous': error('One key stands in a document more than once, and readers read different values.'),
  'layout-version-unknown': error('The file oci-layout names another version than 1.0.0, or none: loaders refuse it.'),
  // Claims against bytes
  'digest-mismatch': error('The stored bytes do not have the digest that a blob name or descriptor claims.'),
  'config-name-mismatch': error('The image config does not have the digest that its file name claims.'),
  'size-mismatch': error('The stored bytes are more or fewer than a descriptor claims.'),
  'diffid-mismatch': error('The tar bytes of a layer do not have the diffID that the image config claims.'),
  'media-type-mismatch': error('A descriptor and the document that it points to name different media types.'),
  'names-differ': error('A descriptor has two full names: tools load the same image under different ones.'),
  'layer-count-mismatch': error('The number of layers is not the number of diffIDs in the image config.'),
  'layer-undecodable': error('The compressed bytes of a layer cannot be decoded to their end.'),
  'layer-not-tar': error('The bytes of a layer are no well-formed tar.'),
  'blob-missing': error('A blob that a manifest, index or save record names is not in the archive.'),
  'parent-loop': error('The parents of a v1 image form a circle.'),
  'expectation-failed': error('An image or manifest that was expected is not there.'),
  // Odd, and worth repair
  'oci-layout-missing': warning('The file oci-layout is absent though the archive is an OCI layout.'),
  'layout-empty': warning('A folder is an archive without an image, and archives lie beside its documents.'),
  'compression-mismatch': warning('A layer is not compressed the way its media type says.'),
  'layer-empty': warning('A layer is an empty file.'),
  'end-blocks-missing': warning('The archive ends without the two zero blocks that close a tar.'),
  'index-incomplete': warning('The file manifest.json lists images that index.json does not.'),
  'path-not-portable': warning('A document names a file by a way that only some tools follow.'),
  'entry-form-refused': warning('An entry is stored in a form that tools which load images refuse or pass over.'),
  'platform-mismatch': warning('The platform in the index is not the platform in the image config.'),
  'tag-ambiguous': warning('Two images or artifacts of one archive claim the same tag.'),
  'name-invalid': warning('A name of an image is no reference; it is kept as it is written.'),
  'name-digest-mismatch': warning('A name holds a digest that is not the digest of what it names.'),
  'layer-path-duplicate': warning('A layer holds the same path twice; the last one wins.'),
  'nothing-compared': warning('No digest speaks of the bytes of this archive: a change in them would not be seen.'),
  // Odd, and normal in the field
  'entry-repeated': hint('One entry name occurs more than once with equal content.'),
  'blob-unreferenced': hint('No image or index of the archive needs this blob.'),
  'file-unreferenced': hint('No document of the archive names this file.'),
  'platform-absent': hint('A platform of an index is wholly absent while another is present.'),
  'blob-in-base': hint('A delta is without a blob on purpose: its base has it.'),
  'layer-foreign-absent': hint('A non-distributable layer is absent, as its media type allows.'),
  'layer-name-mismatch': hint('The file name of a layer looks like a digest that the layer does not have.'),
  'layer-end-blocks-missing': hint('The tar of a layer ends without its two zero blocks.'),
  'layer-trailing-bytes': hint('A layer holds data after the end of its tar.'),
  'history-mismatch': hint('The history of the image config does not fit its layers.'),
  'key-repeated': hint('One key stands in a document more than once, and all readers read the same.'),
  'key-case': hint('Keys of a document are written in another case; Go reads them, strict readers do not.'),
  'repositories-mismatch': hint('The file repositories lists other tags than manifest.json.'),
  'trailing-bytes': hint('The archive goes on after its end blocks.'),
  'link-unresolved': hint('A link inside the archive leads nowhere or in a circle.'),
  'tag-contested': hint('Several images of the set carry one tag, and nothing says which of them is the newest.'),
  'junk-entry': hint('Files of an operating system (AppleDouble, .DS_Store) lie between the blobs.'),
} as const satisfies Readonly<Record<string, CodeFacts>>;

export type FindingCode = keyof typeof findingCodes;

/** One fault or oddity. Every key is there; null where it has no value. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Entry name, digest or reference that it is about; null = the archive as a whole. */
  readonly subject: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  /** Position in the tar stream (after outer decompression), in bytes. */
  readonly offsetBytes: number | null;
  readonly message: string;
  /** How many findings of its code this one stands for, where they are counted and not listed; absent = itself. */
  readonly count?: number;
}

/** How many findings, or things that were not checked, one stands for. */
export function weightOf({ count = 1 }: { readonly count?: number | undefined }): number {
  return count;
}

/** Something that could have been checked and was not. */
export interface NotChecked {
  readonly subject: string;
  readonly reason: string;
  /** How many things this stands for, where they are counted and not listed; absent = itself. */
  readonly count?: number;
}

/** Makes a finding; severity comes from the registry, absent facts become null. */
export function finding(
  code: FindingCode,
  message: string,
  facts: {
    readonly subject?: string | null;
    readonly expected?: string;
    readonly actual?: string;
    readonly offsetBytes?: number | null;
  } = {},
): Finding {
  return {
    code,
    severity: findingCodes[code].severity,
    subject: facts.subject ?? null,
    expected: facts.expected ?? null,
    actual: facts.actual ?? null,
    offsetBytes: facts.offsetBytes ?? null,
    message,
  };
}
