/**
 * Makes the archives in this folder: `npm run samples`, or `node dist/samples/make-samples.js FOLDER`. The same bytes each
 * time, on every Node version; a test compares them with the committed files. What each archive shows is told in README.md.
 */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  artifact,
  attestation,
  blobNode,
  blobPath,
  compress,
  describe,
  dockerSave,
  type Entry,
  file,
  flipEntryByte,
  gzip,
  type LayerSpec,
  ociIndex,
  ociLayout,
  ociManifest,
  type StoredLayer,
  seededRandom,
  tagged,
  tar,
  withoutPlatform,
  writeLayoutFolder,
} from '../test/helpers/archive-builder.js';
import * as shop from './shop-images.js';

const CHART_TYPES = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  content: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
};

/** Every file of the set, by its path below the samples folder. */
export async function makeSamples(): Promise<Entry[]> {
  return [
    file('api-1.0-docker24.tar', await tar(dockerSave([shop.tidewater, shop.api10], { variant: 'legacy' }))),
    file('api-1.1-web-2.0-podman.tar', await tar(dockerSave([shop.api11, shop.web20], { variant: 'podman' }))),
    file('api-1.1-rebuilt-docker28.tar', await tar(dockerSave([shop.api11Rebuilt], { variant: 'hybrid' }))),
    file('build-4711-docker27.tar', await tar(dockerSave([shop.build4711], { variant: 'hybrid' }))),
    file('checkout-3.2-jib.tar', await tar(dockerSave([shop.checkout32], { variant: 'jib' }))),
    file('gateway-1.7-crane.tar', await tar(dockerSave([shop.gateway17], { variant: 'crane' }))),
    file('metrics-0.4-zstd-oci.tar', await tar(metricsArchive())),
    file('orders-1.4-damaged.tar', await tar(damagedOrders())),
    file('printer-0.1-docker1.9.tar', await tar(dockerSave([shop.printer01], { variant: 'v1' }))),
    file('tools-5-docker20.tar.gz', gzip(await tar(dockerSave([shop.tools5], { variant: 'legacy' })))),
    file('worker-0.9-oci.tar', await tar(workerArchive())),
    ...mirrorFolder(),
  ];
}

/** The mirror of the registry: one index for two platforms with an attestation, a chart, and a blob nobody refers to. */
function mirrorFolder(): Entry[] {
  const amd64 = ociManifest(shop.web21);
  const index = ociIndex([amd64, ociManifest(shop.web21Arm), attestation(amd64)]);
  const roots = [...tagged(index, shop.web21.tags), ...tagged(chart(), [`${shop.SHOP}/chart:1.4`])];
  const orphans = [compress(shop.forgottenSite, 'gzip').content];
  const entries = ociLayout(roots, { orphans, directories: false });
  return entries.map((entry) => ({ ...entry, name: `mirror/${entry.name}` }));
}

function chart() {
  const config = blobNode(CHART_TYPES.config, Buffer.from('{"name":"shop","version":"1.4.0","apiVersion":"v2"}'));
  const content = gzip(Buffer.from(seededRandom(80).text(2200)));
  return artifact([blobNode(CHART_TYPES.content, content)], { config });
}

/** The base is here once more, compressed harder than in the mirror: the same layer under a third digest. */
function workerArchive(): Entry[] {
  const hardest = (layer: LayerSpec): StoredLayer => compress(layer, 'gzip', { level: 9 });
  const manifest = withoutPlatform(ociManifest(shop.worker09, { compression: hardest }));
  return ociLayout(tagged(manifest, shop.worker09.tags, 'full-ref-name'));
}

/** zstd as its "chunked" form has it: several frames, and a skippable one with a table of contents. */
function metricsArchive(): Entry[] {
  const chunked = (layer: LayerSpec): StoredLayer =>
    compress(layer, 'zstd', { frames: 3, skippable: [Buffer.from('{"version":1,"entries":[]}')] });
  const manifest = ociManifest(shop.metrics04, { compression: chunked });
  const annotations = { 'org.opencontainers.image.created': '2026-04-02T11:00:00Z' };
  return ociLayout(tagged(describe(manifest, { annotations }), shop.metrics04.tags));
}

/** One bit of the top layer is wrong, in the body of a file: still a good tar, but neither its digest nor its diffID holds. */
function damagedOrders(): Entry[] {
  const top = shop.orders14.layers.at(-1);
  if (top === undefined) throw new RangeError('orders has no layer');
  const offsetBytes = top.tar.indexOf('keel');
  return flipEntryByte(dockerSave([shop.orders14], { variant: 'hybrid' }), blobPath(top.diffId), offsetBytes);
}

/** Writes the set below `folder`; what lies there beside it stays, but for blobs that the mirror no longer has. */
async function main(folder: string): Promise<void> {
  await rm(join(folder, 'mirror', 'blobs'), { recursive: true, force: true });
  await writeLayoutFolder(await makeSamples(), folder);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main(process.argv[2] ?? 'samples');
}
