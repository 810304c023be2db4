/** A registry that others wrote as INPUT: what is read of it, laid beside a layout that skopeo copies out of it. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { ociIndex } from '../../src/model/media-type.js';
import { registryInputs } from '../../src/remote/input/registry-inputs.js';
import { RegistryClient } from '../../src/remote/registry-client.js';
import { scan } from '../../src/scan/scan.js';
import { remoteSettings } from '../remote/remote-settings.js';
import type { Check } from './checks.js';
import { digestOf, makeImage, makeIndex, send } from './images.js';

const run = (program: string, argv: readonly string[]): Buffer => execFileSync(program, argv);

/** Two tags that share an image, one of them an index: read without a layer, then to the last byte. */
async function asInput(host: string, _: unknown, folder: string): Promise<void> {
  const requests: string[] = [];
  const settings = { ...remoteSettings({}), onRequest: ({ url }: { readonly url: string }) => requests.push(url) };
  const client = new RegistryClient(settings);
  try {
    const place = { registry: host, repository: 'as/input' };
    const images = [makeImage([40_000, 500]), makeImage([3000])];
    for (const image of images) await send(client, place, image, undefined);
    const [first] = images;
    assert(first !== undefined);
    await client.putManifest(place, 'one', first.manifest, 'application/vnd.oci.image.manifest.v1+json');
    const index = makeIndex(images);
    await client.putManifest(place, 'all', index, ociIndex);
    const remote = registryInputs({ reader: () => client, parallel: 4, wantsTag: () => true, referrers: false });
    const inputs = [`registry://${host}/as/input`];
    requests.length = 0;
    const unread = await scan(inputs, { remote, workers: 0 });
    const layers = images.flatMap((image) => image.layers.map(digestOf));
    assert(!requests.some((url) => layers.some((layer) => url.includes(layer))), 'a layer was asked for');
    assert.deepEqual([unread.verified, unread.archives.map(({ status }) => status)], [false, ['unverified']]);
    const read = await scan(inputs, { remote, verifyRemote: true, workers: 0 });
    assert.deepEqual([read.verified, read.archives.map(({ status }) => status)], [true, ['ok']]);
    assert.deepEqual(reportOf(read).reclaim.neededBytes, reportOf(unread).reclaim.neededBytes);
    const copy = `${folder}/layout`;
    for (const tag of ['one', 'all']) {
      const argv = [
        'copy',
        '-q',
        '--all',
        '--src-tls-verify=false',
        `docker://${host}/as/input:${tag}`,
        `oci:${copy}:${tag}`,
      ];
      run('skopeo', argv);
    }
    const { reclaim } = reportOf(await scan([copy], { workers: 0 }));
    assert.equal(reclaim.neededBytes, reportOf(read).reclaim.neededBytes, 'skopeo copies another number of bytes');
  } finally {
    await client.close();
  }
}

export const inputChecks: Readonly<Record<string, Check>> = { 'a registry as INPUT': asInput };
