/** What a pull and a push ask of a registry; the client of registries has it, and so have the registries of tests. */
import type { RegistryClient } from '../remote/registry-client.js';

/** A registry that is read. */
export type ReadRegistry = Pick<RegistryClient, 'manifest' | 'headManifest' | 'blob' | 'blobDocument' | 'tags'>;

/** A registry that is written to. */
export type WriteRegistry = Pick<
  RegistryClient,
  'manifest' | 'headManifest' | 'hasBlob' | 'referrers' | 'mountBlob' | 'putBlob' | 'putManifest'
>;
