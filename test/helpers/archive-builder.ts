/**
 * The one seeded builder of archives, for all tests and for the samples: random → layer → image → entries of a format → tar,
 * compressed tar or folder. It imports nothing of `src/`: what it says about digests, sizes and formats is the other side of
 * every comparison. Everything is made in memory and is the same bytes for the same arguments, on every Node version.
 */
export * from './archive-entry.js';
export * from './compression.js';
export * from './digests.js';
export * from './docker-documents.js';
export * from './docker-save.js';
export * from './image.js';
export * from './layer.js';
export * from './layout-folder.js';
export * from './oci-layout.js';
export * from './oci-node.js';
export * from './raw-tar.js';
export * from './seeded-random.js';
export * from './sized-archives.js';
export * from './stored-layer.js';
export * from './tar-archive.js';
