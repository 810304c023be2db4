/** What refers to images of a registry (`subject`) where it is asked for: found in every repository, followed, bounded, and told where it does not come. */
import { describe, expect, it } from 'vitest';
import { reportOf } from '../../../src/analysis/bytes/report.js';
import { RemoteError } from '../../../src/model/error.js';
import type { ScanLimits } from '../../../src/model/limits.js';
import type { Inventory } from '../../../src/model/results/inventory.js';
import { registryInputs } from '../../../src/remote/input/registry-inputs.js';
import { scan } from '../../../src/scan/scan.js';
import {
  artifact,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  writeLayoutFolder,
} from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { MemoryRegistry } from './memory-registry.js';

const { at } = temporaryFolder();
const app = ociManifest(image({ layers: [layer({ files: [{ path: 'app', content: 'app '.repeat(300) }] })] }));
const sbom = artifact([], { subject: app, artifactType: 'application/vnd.example.sbom' });
const signature = artifact([], { subject: sbom, artifactType: 'application/vnd.example.signature' });
const all = 'registry://registry.test:5000';

function reading(registry: MemoryRegistry, inputs = [all], limits: ScanLimits = {}): Promise<Inventory> {
  const remote = registryInputs({ reader: () => registry, parallel: 4, wantsTag: () => true, referrers: true });
  return scan(inputs, { verify: false, remote, limits });
}

const artifactsOf = ({ archives }: Inventory) =>
  archives.flatMap(({ artifacts }) => artifacts.map(({ digest, subject }) => [digest, subject]));
const questions = ({ requests }: MemoryRegistry) => requests.filter((request) => request.startsWith('GET referrers'));
const digestOfNode = ({ descriptor }: OciNode) => descriptor.digest;

describe('what refers to an image of a registry', () => {
  it('is read with what refers to that, and each manifest is asked about once', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    registry.push('team/app', null, sbom);
    registry.push('team/app', null, signature);
    const inventory = await reading(registry);
    expect(artifactsOf(inventory).sort()).toEqual(
      [
        [digestOfNode(sbom), digestOfNode(app)],
        [digestOfNode(signature), digestOfNode(sbom)],
      ].sort(),
    );
    expect(questions(registry)).toHaveLength(3);
    expect(inventory.archives[0]?.findings).toEqual([]);
  });

  it('is counted as it is in a layout that has the same', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    registry.push('team/app', null, sbom);
    const layout = at('same');
    const roots = [...tagged(app, ['registry.test:5000/team/app:1'], 'full-ref-name'), sbom];
    await writeLayoutFolder(ociLayout(roots), layout);
    const [remote, local] = [reportOf(await reading(registry)), reportOf(await scan([layout], { verify: false }))];
    const { neededBytes, danglingBytes, unreferencedBytes } = local.reclaim;
    expect(remote.reclaim).toMatchObject({ neededBytes, danglingBytes, unreferencedBytes });
    expect(neededBytes).toBe(
      [app, sbom].flatMap(({ blobs }) => blobs).reduce((sum, { content }) => sum + content.length, 0),
    );
  });

  it('is asked for in each repository that has the image, since a list is one of a repository', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    registry.push('mirror/app', '1', app);
    registry.push('mirror/app', null, sbom);
    expect(artifactsOf(await reading(registry))).toEqual([[digestOfNode(sbom), digestOfNode(app)]]);
    expect(questions(registry)).toHaveLength(3);
  });

  it('is asked for of an index and of all that it names', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', ociIndex([app]));
    registry.push('team/app', null, sbom);
    expect(artifactsOf(await reading(registry))).toContainEqual([digestOfNode(sbom), digestOfNode(app)]);
    expect(questions(registry)).toHaveLength(3);
  });

  it('that is listed and is not there, or comes with other bytes, is named', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    const listed = [digestOfNode(sbom), digestOfNode(signature)].map((digest) => ({ digest, sizeBytes: 9 }));
    registry.instead.set(`GET referrers team/app ${digestOfNode(app)}`, Buffer.from(JSON.stringify(listed)));
    registry.instead.set(`GET manifest team/app ${digestOfNode(signature)}`, Buffer.from('{}'));
    const { archives } = await reading(registry);
    expect(archives.map(({ path, status }) => [path, status])).toEqual([
      [all, 'unverified'],
      ...[sbom, signature]
        .map((node) => [`docker://registry.test:5000/team/app@${digestOfNode(node)}`, 'unreadable'])
        .sort(),
    ]);
    expect(archives.flatMap(({ findings }) => findings.map(({ message }) => message)).join('\n')).toMatch(
      /it is listed as referring to sha256:\w+, and is not there|came with other bytes/,
    );
  });

  it('whose list does not come is told with the image, which is read all the same', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    registry.instead.set(`GET referrers team/app ${digestOfNode(app)}`, new RemoteError('503 for the list'));
    const { archives } = await reading(registry);
    expect(archives.map(({ path, status, images }) => [path, status, images.length])).toEqual([
      [all, 'unverified', 1],
      [`docker://registry.test:5000/team/app@${digestOfNode(app)}`, 'unreadable', 0],
    ]);
    expect(archives[1]?.findings[0]?.message).toBe('what refers to it could not be asked: 503 for the list');
  });

  it('is left at the limits where a registry lists a new one for whatever is asked about', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    let node = app;
    for (let i = 0; i < 60; i++) {
      node = artifact([], { subject: node, artifactType: `application/vnd.example.n${i}` });
      registry.push('team/app', null, node);
    }
    expect(artifactsOf(await reading(registry, [all], { indexDepth: 5 }))).toHaveLength(5);
    registry.requests.length = 0;
    const few = await reading(registry, [all], { manifests: 3 });
    expect(registry.requests.filter((request) => request.startsWith('GET manifest'))).toHaveLength(3);
    expect(few.archives.flatMap(({ findings }) => findings.map(({ code }) => code))).toContain('limit-exceeded');
  });

  it('that lists itself or its subject ends', async () => {
    const registry = new MemoryRegistry();
    registry.push('team/app', '1', app);
    const itself = JSON.stringify([{ digest: digestOfNode(app), sizeBytes: 5 }]);
    registry.instead.set(`GET referrers team/app ${digestOfNode(app)}`, Buffer.from(itself));
    const { archives } = await reading(registry);
    expect(archives.map(({ status }) => status)).toEqual(['unverified']);
    expect(questions(registry)).toHaveLength(1);
  });
});
