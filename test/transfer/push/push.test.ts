/** Images of archives and of a store in a registry: what is sent, what is not, in which order, and what is there afterwards. */
import { readdirSync, writeFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { artifact, gzip, ociLayout, tagged, tar, withoutPlatform } from '../../helpers/archive-builder.js';
import { temporaryFolder } from '../../helpers/temporary-folder.js';
import { loadInto } from '../../store/loading.js';
import { FakeRegistry } from '../fake-registry.js';
import { pullInto } from '../pulling.js';
import { pushFrom } from '../pushing.js';
import { appNode, index, registry, sizeOf, webNode } from '../shop-images.js';

const { at, write, newFolder } = temporaryFolder();
const signature = artifact([], { subject: appNode, artifactType: 'application/vnd.example.signature' });
const names = {
  app: `${registry}/shop/app:1`,
  web: `${registry}/shop/web:2`,
  multi: `${registry}/shop/multi:3`,
};

let client: FakeRegistry;
const options = () => ({ spoolFolder: newFolder() });

beforeAll(async () => {
  const roots = [
    ...tagged(withoutPlatform(appNode), [names.app]),
    ...tagged(withoutPlatform(webNode), [names.web]),
    ...tagged(index, [names.multi]),
  ];
  write({
    'all.tar': await tar(ociLayout(roots)),
    'all.tar.gz': gzip(await tar(ociLayout(roots))),
    'signed.tar': await tar(ociLayout([...tagged(withoutPlatform(appNode), [names.app]), signature])),
  });
  await loadInto(at('store'), [at('all.tar')]);
});

beforeEach(() => {
  client = new FakeRegistry();
});

describe.each(['all.tar', 'all.tar.gz', 'store'])('a push out of %s', (source) => {
  it('gives the registry every digest as it is, and its name last', async () => {
    const result = await pushFrom([at(source)], client, [names.app, names.multi], options());
    expect(result.failed).toEqual([]);
    const shop = client.at({ registry, repository: 'shop/app' });
    expect([...shop.tags]).toEqual([['1', appNode.descriptor.digest]]);
    expect(client.asked.at(-1)).toBe('PUT manifest 3');
    const multi = client.at({ registry, repository: 'shop/multi' });
    expect([...multi.manifests.keys()].sort()).toEqual(
      index.blobs
        .filter(({ content }) => content.toString().startsWith('{"schemaVersion"'))
        .map(({ digest }) => digest)
        .sort(),
    );
    expect(result.images.map(({ digest, status }) => [digest, status])).toEqual([
      [appNode.descriptor.digest, 'pushed'],
      [index.descriptor.digest, 'pushed'],
    ]);
  });

  it('asks one question for a name that means the same there, and sends nothing', async () => {
    await pushFrom([at(source)], client, [names.app], options());
    client.asked.length = 0;
    client.sentBytes = 0;
    const again = await pushFrom([at(source)], client, [names.app], options());
    expect(client.asked).toEqual(['HEAD manifest 1']);
    expect([client.sentBytes, again.images[0]?.status]).toEqual([0, 'up-to-date']);
  });

  it('mounts what another repository of the registry has, and sends the rest', async () => {
    await pushFrom([at(source)], client, [names.app], options());
    client.sentBytes = 0;
    const result = await pushFrom([at(source)], client, [names.web], options());
    const mounted = result.blobs.filter(({ status }) => status === 'mounted');
    const [shared] = appNode.blobs.filter(({ digest }) => webNode.blobs.some((own) => own.digest === digest));
    expect(mounted.map(({ digest, mountedFrom }) => [digest, mountedFrom])).toEqual([[shared?.digest, 'shop/app']]);
    expect(result.sentBytes).toBe(sizeOf(webNode) - (shared?.content.length ?? 0));
  });
});

describe('a push', () => {
  it('sends what is not there alone, and everything where nothing can be mounted', async () => {
    client.mounts = false;
    client.hold(registry, 'shop/web', appNode);
    const result = await pushFrom([at('store')], client, [names.web], options());
    const shared = webNode.blobs.filter(({ digest }) => appNode.blobs.some((own) => own.digest === digest));
    expect(result.blobs.filter(({ status }) => status === 'already-exists').map(({ digest }) => digest)).toEqual(
      shared.map(({ digest }) => digest),
    );
    expect(result.blobs.filter(({ status }) => status === 'mounted')).toEqual([]);
  });

  it('sends nothing where it is only planned, and then what was planned', async () => {
    const planned = await pushFrom([at('store')], client, [names.app], { ...options(), dryRun: true });
    expect(client.asked.filter((one) => one.startsWith('PUT'))).toEqual([]);
    const done = await pushFrom([at('store')], client, [names.app], options());
    expect([planned.status, planned.sendBytes, done.sentBytes]).toEqual(['planned', sizeOf(appNode), sizeOf(appNode)]);
  });

  it('takes what describes an image along, and gives it no name', async () => {
    const result = await pushFrom([at('signed.tar')], client, [names.app], options());
    expect(result.images[0]?.referrers).toEqual([signature.descriptor.digest]);
    expect(client.at({ registry, repository: 'shop/app' }).manifests.has(signature.descriptor.digest)).toBe(true);
    const own = client.at({ registry, repository: 'shop/app' });
    expect([...own.tags.keys()]).toEqual(['1']);
  });

  it('sends what describes an image again where it is there and no list has it, and asks once for a list that has it', async () => {
    await pushFrom([at('signed.tar')], client, [names.app], options());
    client.unlisted.add(signature.descriptor.digest);
    client.asked.length = 0;
    const again = await pushFrom([at('signed.tar')], client, [names.app], options());
    const put = `PUT manifest ${signature.descriptor.digest}`;
    expect(client.asked.filter((asked) => asked.startsWith('PUT'))).toEqual([put]);
    expect([again.failed, again.images[0]?.status]).toEqual([[], 'pushed']);
    client.asked.length = 0;
    const once = await pushFrom([at('signed.tar')], client, [names.app], options());
    expect(once.images[0]?.status).toBe('up-to-date');
    expect(client.asked).toEqual([
      'HEAD manifest 1',
      `HEAD manifest ${signature.descriptor.digest}`,
      `GET referrers ${appNode.descriptor.digest}`,
    ]);
  });

  it('refuses a body that is not what its digest says, and gives no name to it', async () => {
    await loadInto(at('damaged'), [at('all.tar')]);
    const [largest] = [...appNode.blobs].sort((a, b) => b.content.length - a.content.length);
    writeFileSync(at(`damaged/blobs/sha256/${largest?.digest.slice(7)}`), Buffer.alloc(largest?.content.length ?? 0));
    const result = await pushFrom([at('damaged')], client, [names.app], options());
    expect(result.failed.map(({ what }) => what)).toEqual([names.app]);
    expect(result.failed[0]?.reason).toMatch(/expected sha256:\w+, found sha256:/);
    expect(client.at({ registry, repository: 'shop/app' }).tags.size).toBe(0);
  });
});

describe('a body of which there are several copies', () => {
  it('is taken from the first that is right', async () => {
    await loadInto(at('spoilt'), [at('all.tar')]);
    const [largest] = [...appNode.blobs].sort((a, b) => b.content.length - a.content.length);
    writeFileSync(at(`spoilt/blobs/sha256/${largest?.digest.slice(7)}`), Buffer.alloc(largest?.content.length ?? 0));
    const result = await pushFrom([at('spoilt'), at('all.tar')], client, [names.app], options());
    expect(result.failed).toEqual([]);
    expect(result.blobs.map(({ status }) => status)).toEqual(Array(result.blobs.length).fill('pushed'));
    expect([...client.at({ registry, repository: 'shop/app' }).tags]).toEqual([['1', appNode.descriptor.digest]]);
  });

  it('is not sent where none of them is right, and the last is told', async () => {
    await loadInto(at('spoilt-too'), [at('all.tar')]);
    const [largest] = [...appNode.blobs].sort((a, b) => b.content.length - a.content.length);
    for (const store of ['spoilt', 'spoilt-too']) {
      writeFileSync(
        at(`${store}/blobs/sha256/${largest?.digest.slice(7)}`),
        Buffer.alloc(largest?.content.length ?? 0),
      );
    }
    const result = await pushFrom([at('spoilt'), at('spoilt-too')], client, [names.app], options());
    expect(result.failed.map(({ what }) => what)).toEqual([names.app]);
    expect(result.failed[0]?.reason).toMatch(/expected sha256:\w+, found sha256:/);
  });
});

describe('an index that is here in parts', () => {
  it('goes as the one image of it that is here, and it is said of which index', async () => {
    const source = new FakeRegistry();
    source.hold(registry, 'shop/multi', index, '3');
    await pullInto(at('part'), source, [names.multi]);
    const result = await pushFrom([at('part')], client, [names.multi], options());
    expect(result.images.map(({ digest, partOf }) => [digest, partOf])).toEqual([
      [appNode.descriptor.digest, index.descriptor.digest],
    ]);
  });

  it('goes whole where the registry has the other parts, and leaves what is there already', async () => {
    const source = new FakeRegistry();
    source.hold(registry, 'shop/multi', index, '3');
    await pullInto(at('part-of'), source, [names.multi]);
    const again = await pushFrom([at('part-of')], source, [names.multi], options());
    expect(again.images.map(({ status, partOf }) => [status, partOf])).toEqual([['up-to-date', null]]);
    source.at({ registry, repository: 'shop/multi' }).tags.clear();
    const tagged = await pushFrom([at('part-of')], source, [names.multi], options());
    expect(tagged.images.map(({ digest, status }) => [digest, status])).toEqual([[index.descriptor.digest, 'pushed']]);
  });
});

describe('a spool', () => {
  it('is gone when an archive that is compressed as a whole was pushed', async () => {
    const spoolFolder = newFolder();
    await pushFrom([at('all.tar.gz')], client, [names.app], { spoolFolder });
    expect(readdirSync(spoolFolder)).toEqual([]);
  });
});
