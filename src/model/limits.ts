/**
 * Every limit that Varve sets to its input, by name, with its reason; what ends in `Bytes` counts bytes, everything else
 * things. A limit that is hit is a finding (`limit-exceeded`) or a reason that names it, its value and how to raise it; none
 * is silent. The values are far above anything that a real archive was seen to hold, and low enough that a hostile archive
 * costs bounded time and memory.
 */
import { VarveError } from './error.js';

export const limits = {
  /** Entries of one archive; each costs about 1.5 kB of memory at the peak of a run that hashes bodies, half of it without. */
  entries: 250_000,
  /** Bytes of all entry names and link targets of one archive. */
  entryNamesBytes: 32 * 1024 * 1024,
  /** Bytes of one entry name or link target; a path that a system takes has 4,096. V8 tells texts of more than 16,383 apart one by one. */
  entryNameBytes: 4096,
  /** Characters of one name of an image or artifact; registries take 255 and a tag of 128. */
  imageNameLength: 4096,
  /** Characters of the names of all images and artifacts of one archive, each as often as one has it. */
  imageNamesLength: 32 * 1024 * 1024,
  /** Bytes of what a list of images says again for each further name that one has: digests of layers and manifests, labels. */
  furtherNamesBytes: 64 * 1024 * 1024,
  /** Bytes of one JSON document (the field's own limit for a manifest is 4 MiB). */
  documentBytes: 8 * 1024 * 1024,
  /** Bytes of all documents of one archive that are held at a time. */
  documentsBytes: 64 * 1024 * 1024,
  /** Bytes of one key in a document, as it is written; all keys of a run lie in one table, in which V8 compares long ones one by one. */
  documentKeyBytes: 4096,
  /** Bytes of the documents of a whole run, beyond 1 MiB of each file or folder; what is parsed of them is kept to its end. */
  runDocumentsBytes: 512 * 1024 * 1024,
  /** Values in the documents of a whole run, beyond 50,000 of each file or folder; each costs up to about 200 bytes of memory. */
  runDocumentValues: 5_000_000,
  /** Entries of all archives of a whole run, beyond 1,000 of each file or folder; each costs about 1 kB of memory. */
  runEntries: 1_000_000,
  /** Images of a whole run, beyond 100 of each file or folder; each costs about 5 kB of memory. */
  runImages: 100_000,
  /** Names of images and artifacts of a whole run, each as often as one has it, beyond 100 of each file or folder; a row of a list each. */
  runImageNames: 100_000,
  /** Layers of all images of a whole run, beyond 1,000 of each file or folder. */
  runListedLayers: 1_000_000,
  /** Bytes of all findings and of what was not checked of a whole run, beyond 16 KiB of each file or folder; the others are counted. */
  runFindingBytes: 32 * 1024 * 1024,
  /** Manifests and indexes that are read in one archive. */
  manifests: 50_000,
  /** Descriptors of manifests that are followed in one archive, each as often as some way leads over it. */
  descriptors: 500_000,
  /** Indexes inside indexes. */
  indexDepth: 16,
  /** Objects and lists inside each other in the run configuration of an image. */
  configDepth: 32,
  /** Links that are followed from one name to the next. */
  linkHops: 32,
  /** Bytes of one PAX or GNU long-name record. */
  extendedHeaderBytes: 1024 * 1024,
  /** Bytes that one compressed layer or sparse file may expand to, whatever its ratio. */
  freeExpansionBytes: 16 * 1024 * 1024 * 1024,
  /** Beyond `freeExpansionBytes`: bytes out per byte in. Deflate cannot exceed 1,032. */
  expansionRatio: 1100,
  /** Bytes that one compressed layer or sparse file may expand to, however large it is: a gigabyte a second takes a quarter of an hour. */
  layerExpansionBytes: 1024 * 1024 * 1024 * 1024,
  /** Bytes that all compressed layers of one archive may expand to, its own compression included, and all its sparse files. */
  archiveExpansionBytes: 4 * 1024 * 1024 * 1024 * 1024,
  /** Pieces of all sparse files of one archive; each costs about 50 bytes of memory. */
  sparsePieces: 1_000_000,
  /** Distinct paths of one layer that are remembered to find repeated ones; about 16 bytes each. */
  layerPaths: 2_000_000,
  /** Files of one layer that are listed, for what looks at the files of images. */
  layerFiles: 1_000_000,
  /** Bytes of the lists of files of all layers together; a file takes about 130. */
  fileListsBytes: 512 * 1024 * 1024,
  /** Files and folders of an image once its layers lie on top of each other; each costs about 200 bytes of memory. */
  treeFiles: 2_000_000,
  /** Images nested in sub-folders of one archive. */
  nestedArchives: 1_000,
  /** Layers of one image. */
  layers: 10_000,
  /** Layers of all images of one archive together. */
  listedLayers: 500_000,
  /** Findings of one code that are listed for one archive, about 500 bytes each; the others are counted. */
  findings: 1_000,
  /** Things that were not checked that are listed for one archive; the others are counted. */
  notChecked: 10_000,
  /** Bytes of a policy file. */
  policyBytes: 64 * 1024,
  /** Values inside each other in a policy file, as the parser counts them; a list of maps takes about eight. */
  policyDepth: 32,
  /** Times that a policy file may repeat an anchor, all repetitions inside repetitions counted. */
  policyAliases: 100,
  /** Parts of one archive that was cut into several files. */
  archiveParts: 10_000,
  /** Files below one folder that are looked at. */
  folderFiles: 1_000_000,
  /** Repositories of one registry that are looked at. */
  registryRepositories: 10_000,
  /** Tags of one registry that are looked at, and images of it that are named one by one; each takes a request or two. */
  registryTags: 20_000,
} as const;

export type LimitName = keyof typeof limits;

/** A value for every limit. */
export type Limits = Readonly<Record<LimitName, number>>;

/** Limits of what is written by whoever runs the program, and of recursion: nobody needs others. */
const fixed = ['configDepth', 'policyBytes', 'policyDepth', 'policyAliases'] as const;

/** The name of a limit that may be changed for a run. */
export type ScanLimitName = Exclude<LimitName, (typeof fixed)[number]>;

/** Other values for some limits. */
export type ScanLimits = Readonly<Partial<Record<ScanLimitName, number>>>;

/** The limits that may be changed for a run, in their order. */
export const scanLimitNames = Object.keys(limits).filter(
  (name): name is ScanLimitName => !(fixed as readonly string[]).includes(name),
);

/** Beyond these a run would break, whoever asks for it: by recursion, by circles, by the longest text there is. */
const ceilings: Readonly<Partial<Record<ScanLimitName, number>>> = {
  documentBytes: 256 * 1024 * 1024,
  indexDepth: 1_000,
  linkHops: 1_000,
  extendedHeaderBytes: 256 * 1024 * 1024,
  layerPaths: 100_000_000,
};

/** The largest value that a limit takes. */
export function ceilingOf(name: ScanLimitName): number {
  return ceilings[name] ?? Number.MAX_SAFE_INTEGER;
}

/** All limits, some of them changed. Throws VarveError `usage` for a name that is none and a value out of range. */
export function limitsWith(changed: ScanLimits): Limits {
  for (const [name, value] of Object.entries(changed)) {
    const known = scanLimitNames.find((each) => each === name);
    if (known === undefined) throw new VarveError('usage', `no limit of a scan: ${JSON.stringify(name)}`);
    if (!Number.isSafeInteger(value) || value < 1 || value > ceilingOf(known)) {
      throw new VarveError(
        'usage',
        `the limit ${name} takes a whole number from 1 to ${ceilingOf(known)}, not ${value}`,
      );
    }
  }
  return { ...limits, ...changed };
}

/** The limits of a run with these changes, in their order, each with its value where nothing is changed. Throws as `limitsWith`. */
export function limitsInForce(
  changed: ScanLimits,
): { readonly name: ScanLimitName; readonly value: number; readonly usual: number }[] {
  const inForce = limitsWith(changed);
  return scanLimitNames.map((name) => ({ name, value: inForce[name], usual: limits[name] }));
}

/** What is said of a limit that was hit: its name, what was found, its value, and how to raise it where that can be done. */
export function limitMessage(name: LimitName, value: number, found: string): string {
  const raise = (scanLimitNames as readonly string[]).includes(name) ? `; set the limit ${name} higher to go on` : '';
  return `${name}: ${found}, and the limit is ${value}${raise}`;
}
