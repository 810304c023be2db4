/**
 * An image that labels would hide, through the whole scan and every way in: by position, in one pass, with headers only,
 * as a folder. A way that shows less than another would be the way that a supplier takes.
 */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  artifact,
  attestation,
  blobNode,
  type Descriptor,
  describe as describeNode,
  type Entry,
  image,
  layer,
  type OciNode,
  ociLayout,
  ociManifest,
  storeLayers,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { recordOf, recordOfFolder } from '../verify/scan-bytes.js';

const hidden = image({ layers: [layer({ files: [{ path: 'evil', content: 'evil' }] })], config: { User: 'root' } });
const shown = image({ layers: [layer({ files: [{ path: 'app', content: 'app' }] })], config: { User: '1000' } });

/** The image above layers of that type, its config of that type. */
function disguised(configType: string, layerType: string, padding = ''): OciNode {
  const layers = storeLayers(hidden.layers, 'none').map(({ content }) => blobNode(layerType, content));
  const config = Buffer.concat([Buffer.from(padding), hidden.config]);
  return artifact(layers, { config: blobNode(configType, config), artifactType: 'application/x' });
}

const configType = 'application/vnd.oci.image.config.v1+json';
const ways: readonly [string, (entries: readonly Entry[]) => Promise<{ images: readonly object[] }>][] = [
  ['by position', async (entries) => recordOf(await tar(entries))],
  ['with headers only', async (entries) => recordOf(await tar(entries), { verify: false })],
  ['in one pass', async (entries) => recordOf(gzipSync(await tar(entries)))],
  ['in one pass with headers only', async (entries) => recordOf(gzipSync(await tar(entries)), { verify: false })],
  ['as a folder', recordOfFolder],
];

describe.each(ways)('an archive that is read %s', (_, read) => {
  it.each([
    ['an attestation by its layers', disguised(configType, 'application/vnd.in-toto+json'), {}],
    ['an artifact by its config', disguised('application/x', 'application/vnd.oci.image.layer.v1.tar'), {}],
    ['JSON by its config', disguised('application/json', 'application/json'), {}],
    ['JSON behind blanks', disguised('application/json', 'application/json', ' '.repeat(300)), {}],
    ['nothing by its descriptor', disguised(configType, 'application/json'), { mediaType: '' }],
  ] as const)('shows the image that calls itself %s', async (_label, node, fields: Partial<Descriptor>) => {
    const roots = [withoutPlatform(ociManifest(shown)), describeNode(node, fields)];
    const { images } = await read(ociLayout(roots));
    expect(images).toMatchObject([{ config: { User: '1000' } }, { config: { User: 'root' } }]);
  });

  it('shows no image in an attestation or a chart', async () => {
    const manifest = withoutPlatform(ociManifest(shown));
    const chart = artifact([blobNode('application/vnd.cncf.helm.chart.content.v1.tar+gzip', gzipSync('chart'))], {
      config: blobNode('application/vnd.cncf.helm.config.v1+json', Buffer.from('{"name": "chart"}')),
    });
    expect(await read(ociLayout([manifest, attestation(manifest), chart]))).toMatchObject({
      images: [{ config: { User: '1000' } }],
      artifacts: [{ kind: 'attestation' }, { kind: 'artifact' }],
      findings: [],
      notChecked: expect.not.arrayContaining([{ reason: expect.stringContaining('whether') }]),
    });
  });
});
