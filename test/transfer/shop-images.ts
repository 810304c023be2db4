/** The images that tests pull and push: two that share a layer, one for another machine, and an index of both machines. */
import { attestation, image, layer, ociIndex, ociManifest, seededRandom } from '../helpers/archive-builder.js';

export const registry = 'registry.example';
const random = seededRandom(18);

/** Text that does not get smaller. */
const noise = (sizeBytes: number): string => random.bytes(sizeBytes).toString('base64');

const base = layer({ files: [{ path: 'etc/os', content: noise(20_000) }] });
export const app = image({
  layers: [base, layer({ files: [{ path: 'app', content: noise(9_000) }] })],
  created: '2024-01-01T00:00:00Z',
});
export const web = image({
  layers: [base, layer({ files: [{ path: 'web', content: noise(5_000) }] })],
  created: '2024-02-01T00:00:00Z',
});
export const arm = image({
  layers: [layer({ files: [{ path: 'arm', content: noise(3_000) }] })],
  platform: { os: 'linux', architecture: 'arm64' },
  created: '2024-01-01T00:00:00Z',
});
export const [appNode, webNode] = [ociManifest(app), ociManifest(web)];
const armNode = ociManifest(arm);
export const index = ociIndex([appNode, armNode, attestation(appNode)]);

/** The bytes of all blobs of a manifest, its own too. */
export const sizeOf = (node: typeof appNode): number =>
  node.blobs.reduce((sum, { content }) => sum + content.length, 0);
