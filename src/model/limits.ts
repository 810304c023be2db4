/**
 * Every limit that Varve sets to its input, by name. A limit that is hit is a finding (`limit-exceeded`) that names it;
 * none is silent. The values are far above anything that a real archive was seen to hold, and low enough that a hostile
 * archive costs bounded time and memory.
 */

export const limits = {
  /** Entries of one archive; each costs about 300 bytes of memory. */
  entries: 250_000,
  /** Bytes of all entry names and link targets of one archive. */
  entryNamesBytes: 32 * 1024 * 1024,
  /** Bytes of one JSON document (the field's own limit for a manifest is 4 MiB). */
  documentBytes: 8 * 1024 * 1024,
  /** Bytes of all documents of one archive that are held at a time. */
  documentsBytes: 64 * 1024 * 1024,
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
  /** Bytes that one compressed layer may expand to, whatever its ratio. */
  freeExpansionBytes: 16 * 1024 * 1024 * 1024,
  /** Beyond `freeExpansionBytes`: bytes out per byte in. Deflate cannot exceed 1,032. */
  expansionRatio: 1100,
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
  /** Bytes of a policy file. */
  policyBytes: 64 * 1024,
  /** Values inside each other in a policy file, as the parser counts them; a list of maps takes about eight. */
  policyDepth: 32,
  /** Times that a policy file may repeat an anchor, all repetitions inside repetitions counted. */
  policyAliases: 100,
  /** Files below one folder that are looked at. */
  folderFiles: 1_000_000,
} as const;
