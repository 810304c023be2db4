/** Ways on of a removal: past what is not whole, over what is no image, with every byte read, as docker spells it, and asked for. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoreRemoval } from '../../src/model/results/store/removal.js';
import { varve } from '../cli/console.js';
import {
  artifact,
  blobNode,
  dockerSave,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { loadInto, wholeStore } from './loading.js';

const { at, write } = temporaryFolder();

const base = layer({ files: [{ path: 'etc/os', content: 'tidewater'.repeat(400) }] });
const own = (text: string) => layer({ files: [{ path: 'app', content: text.repeat(300) }] });
const api = image({ layers: [base, own('api')], created: '2024-02-01T00:00:00Z', tags: ['docker.io/shop/api:1'] });
const web = image({ layers: [base, own('web')], created: '2024-03-01T00:00:00Z', tags: ['docker.io/shop/web:1'] });
const job = image({ layers: [base, own('job')], created: '2024-04-01T00:00:00Z', tags: ['docker.io/shop/job:1'] });
const webManifest = ociManifest(web);
const chart = artifact(
  [blobNode('application/vnd.cncf.helm.chart.content.v1.tar+gzip', Buffer.from('chart '.repeat(99)))],
  {
    config: blobNode('application/vnd.cncf.helm.config.v1+json', Buffer.from('{"name":"shop"}')),
  },
);
const chartName = 'registry.example.com/charts/shop:1.2.0';

beforeAll(async () => {
  write({
    'api.tar': await tar(dockerSave([api], { variant: 'podman' })),
    'web.tar': await tar(ociLayout(tagged(webManifest, web.tags))),
    'job.tar': await tar(dockerSave([job], { variant: 'podman' })),
    'chart.tar': await tar(ociLayout(tagged(chart, [chartName]))),
  });
});

async function storeOf(name: string, ...archives: string[]): Promise<string> {
  await loadInto(at(name), archives.map(at));
  return at(name);
}

function blobsIn(store: string): Map<string, number> {
  const folder = join(store, 'blobs/sha256');
  return new Map(readdirSync(folder).map((name) => [`sha256:${name}`, statSync(join(folder, name)).size]));
}

const sumOf = (blobs: ReadonlyMap<string, number>): number => [...blobs.values()].reduce((sum, one) => sum + one, 0);
const pathOf = (store: string, digest: string): string => join(store, 'blobs/sha256', digest.slice('sha256:'.length));
const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const indexText = (store: string): string => readFileSync(join(store, 'index.json'), 'utf8');

/** Every blob that a manifest needs, itself included. */
const needs = ({ descriptor, blobs }: typeof webManifest): string[] => [
  descriptor.digest,
  ...blobs.map(({ digest }) => digest),
];

describe('a store with an image that is not whole', () => {
  const layerOfWeb = webManifest.blobs.at(-1)?.digest ?? '';

  it.each(['shop/web:1', 'docker.io/shop/web:1', 'web:1', web.id, webManifest.descriptor.digest])(
    'is pruned past it where --without says %s, and loses nothing that it or others need',
    async (word) => {
      const store = await storeOf(`past ${word.replaceAll(/\W/g, '')}`, 'api.tar', 'web.tar', 'job.tar');
      rmSync(pathOf(store, layerOfWeb));
      await varve(['rm', '-f', 'shop/job:1', '--without', word, '--store', store]);
      writeFileSync(pathOf(store, digestOf(Buffer.from('orphan'))), 'orphan');
      const before = blobsIn(store);
      const argv = ['prune', '--yes', '--grace', '0s', '--without', word, '--store', store, '--format', 'json'];
      const { code, stdout, stderr } = await varve(argv);
      expect([code, stderr]).toEqual([0, '']);
      expect((JSON.parse(stdout) as StoreRemoval).freedBytes).toBe(6);
      const after = blobsIn(store);
      expect([...before.keys()].filter((digest) => !after.has(digest))).toEqual([digestOf(Buffer.from('orphan'))]);
      for (const digest of needs(webManifest)) expect(after.has(digest), digest).toBe(digest !== layerOfWeb);
    },
  );

  it('is refused with both ways on, by rm and prune, and says how many more there are', async () => {
    const store = await storeOf('ways', 'api.tar', 'web.tar', 'job.tar');
    rmSync(pathOf(store, layerOfWeb));
    rmSync(pathOf(store, job.id));
    for (const argv of [
      ['rm', 'shop/api:1'],
      ['prune', '--yes'],
    ]) {
      const { code, stderr } = await varve([...argv, '--store', store]);
      expect(code, argv[0]).toBe(3);
      expect(stderr).toContain('varve repair --store DIR --from INPUT');
      expect(stderr).toMatch(/varve prune --without docker\.io\/shop\/\w+:1/);
      expect(stderr).toContain('(and 1 more, which varve fsck lists)');
    }
    const one = await varve(['prune', '--yes', '--without', 'shop/web:1', '--store', store]);
    expect([one.code, one.stderr]).toEqual([3, expect.stringContaining('docker.io/shop/job:1 stays')]);
    const both = ['--without', 'shop/web:1,shop/job:1'];
    expect((await varve(['prune', '--yes', ...both, '--store', store])).code).toBe(0);
  });

  it('keeps a blob that another image needs, though the broken one is past caring', async () => {
    const store = await storeOf('shared', 'api.tar', 'web.tar');
    rmSync(pathOf(store, layerOfWeb));
    const { code } = await varve(['rm', '-f', 'shop/web:1', '--store', store]);
    expect(code).toBe(0);
    const inventory = await wholeStore(store);
    expect(inventory.archives[0]?.images.map(({ id }) => id)).toEqual([api.id]);
  });

  it('loses an image of which the manifest itself is gone, by its name or digest', async () => {
    for (const word of ['shop/web:1', webManifest.descriptor.digest]) {
      const store = await storeOf(`headless ${word.length}`, 'api.tar', 'web.tar');
      rmSync(pathOf(store, webManifest.descriptor.digest));
      const { code, stdout } = await varve(['rm', word, '--store', store]);
      expect([code, stdout]).toEqual([0, 'Untagged: shop/web:1\n']);
      await wholeStore(store);
    }
  });

  it('refuses a --without that names nothing, and changes nothing', async () => {
    const store = await storeOf('nobody', 'api.tar');
    const before = indexText(store);
    const { code, stderr } = await varve(['rm', 'shop/api:1', '--without', 'nobody:1', '--store', store]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('"nobody:1" is to stay though it is not whole')]);
    expect(indexText(store)).toBe(before);
  });
});

describe('what is no image', () => {
  it('is tagged, saved and removed by its name, and frees what the plan says', async () => {
    const store = await storeOf('chart', 'chart.tar', 'api.tar');
    expect((await varve(['tag', 'charts/shop:1.2.0', 'charts/shop:stable', '--store', store])).code).toBe(0);
    const saved = await varve(['save', 'charts/shop:stable', '-o', at('saved.tar'), '--store', store]);
    expect([saved.code, saved.stderr]).toEqual([0, '']);
    expect((await varve(['verify', at('saved.tar')])).code).toBe(0);
    await loadInto(at('again'), [at('saved.tar')]);
    expect(indexText(at('again'))).toContain('docker.io/charts/shop:stable');
    expect(indexText(at('again'))).not.toContain(chartName);
    const first = await varve(['rm', 'charts/shop:stable', '--store', store]);
    expect([first.code, first.stdout]).toEqual([0, 'Untagged: charts/shop:stable\n']);
    const before = blobsIn(store);
    const last = await varve(['rm', 'shop:1.2.0', '--store', store, '--format', 'json']);
    const removal = JSON.parse(last.stdout) as StoreRemoval;
    expect(removal.plan.artifacts).toEqual([chart.descriptor.digest]);
    expect(removal.artifactNames).toEqual([chartName]);
    expect(removal.freedBytes).toBe(sumOf(before) - sumOf(blobsIn(store)));
    expect(removal.freedBytes).toBe(removal.plan.freedBytes);
    for (const digest of needs(chart)) expect(blobsIn(store).has(digest)).toBe(false);
    expect((await wholeStore(store)).archives[0]?.images.map(({ id }) => id)).toEqual([api.id]);
  });

  it('with several names goes by its digest by force alone', async () => {
    const store = await storeOf('named twice', 'chart.tar');
    await varve(['tag', 'charts/shop:1.2.0', 'charts/shop:2', '--store', store]);
    const refused = await varve(['rm', chart.descriptor.digest, '--store', store]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('it has several names')]);
    expect((await varve(['rm', '-f', chart.descriptor.digest, '--store', store])).code).toBe(0);
    expect(blobsIn(store).size).toBe(0);
  });

  it('is refused in a form that docker loads, which knows images only', async () => {
    const store = await storeOf('for docker', 'chart.tar');
    const { code, stderr } = await varve([
      'save',
      'shop:1.2.0',
      '--format',
      'docker',
      '-o',
      at('no.tar'),
      '--store',
      store,
    ]);
    expect([code, stderr, existsSync(at('no.tar'))]).toEqual([2, expect.stringContaining('is no image'), false]);
  });
});

describe('a plan of a store and its prune', () => {
  it('say the same of files that are no blobs: they stay and count for nothing', async () => {
    const store = await storeOf('foreign', 'api.tar');
    writeFileSync(join(store, 'README'), 'mine');
    mkdirSync(join(store, 'notes'));
    writeFileSync(join(store, 'notes/blob'), 'not a blob');
    writeFileSync(pathOf(store, digestOf(Buffer.from('orphan'))), 'orphan');
    const planned = await varve(['plan', '--remove', 'dangling,unreferenced', '--store', store, '--format', 'json']);
    const pruned = await varve(['prune', '--yes', '--grace', '0s', '--store', store, '--format', 'json']);
    const removal = JSON.parse(pruned.stdout) as StoreRemoval;
    expect(JSON.parse(planned.stdout)).toMatchObject({ freedBytes: 6 });
    expect(removal.freedBytes).toBe(6);
    expect(removal.plan).toEqual(JSON.parse(planned.stdout));
    expect(removal.spared.map(({ what, reason }) => [what, reason])).toEqual([
      ['README', 'foreign'],
      ['notes/blob', 'foreign'],
    ]);
    expect(readFileSync(join(store, 'notes/blob'), 'utf8')).toBe('not a blob');
  });
});

describe('a removal with --verify', () => {
  it('hashes what stays before anything goes, and refuses where it is not what it is called', async () => {
    const store = await storeOf('hashed', 'api.tar', 'web.tar');
    const layerOfWeb = webManifest.blobs.at(-1)?.digest ?? '';
    const bytes = readFileSync(pathOf(store, layerOfWeb));
    writeFileSync(pathOf(store, layerOfWeb), Buffer.alloc(bytes.length, 7));
    const before = indexText(store);
    const { code, stderr } = await varve(['rm', 'shop/api:1', '--verify', '--store', store]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('docker.io/shop/web:1 stays and is not whole')]);
    expect((await varve(['prune', '--yes', '--verify', '--store', store])).code).toBe(3);
    expect(indexText(store)).toBe(before);
    expect((await varve(['rm', 'shop/api:1', '--store', store])).code).toBe(0);
  });
});

describe('varve image prune as docker spells it', () => {
  it('with -a takes all that is not in use, without asking with -f', async () => {
    const store = await storeOf('all', 'api.tar', 'web.tar', 'job.tar');
    writeFileSync(at('used'), 'shop/web:1\n');
    const { code } = await varve(['image', 'prune', '-a', '-f', '--in-use', at('used'), '--store', store]);
    expect(code).toBe(0);
    expect((await wholeStore(store)).archives[0]?.images.map(({ id }) => id)).toEqual([web.id]);
  });

  it('with -a refuses where nothing says what is in use, and says what does', async () => {
    const store = await storeOf('blind', 'api.tar');
    const { code, stderr } = await varve(['prune', '-a', '-f', '--store', store]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('docker ps | varve prune -a --in-use -')]);
    await wholeStore(store);
  });
});

/** script(1) of util-linux gives a program a terminal. */
const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).error === undefined;

/** Asks on a terminal, and types these keys once the question stands there. */
async function onTerminal(
  store: string,
  keys: string,
): Promise<{ readonly code: number | null; readonly text: string }> {
  const program = join(process.cwd(), 'dist/src/cli/main.cjs');
  const line = `'${process.execPath}' '${program}' prune --grace 0s --store '${store}'`;
  const child = spawn('script', ['-qec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    const wasAsked = text.includes('[y/N]');
    text += chunk.toString();
    if (!wasAsked && text.includes('[y/N]')) child.stdin.write(keys);
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}

describe('the question of varve prune', () => {
  const answered = async (
    typed: string,
  ): Promise<{ readonly code: number; readonly stderr: string; readonly left: number }> => {
    const store = await storeOf(`asked ${JSON.stringify(typed).replaceAll(/\W/g, '')}`, 'api.tar');
    writeFileSync(pathOf(store, digestOf(Buffer.from('orphan'))), 'orphan');
    const { code, stderr } = await varve(['prune', '--grace', '0s', '--store', store], { columns: 80, typed });
    return { code, stderr, left: blobsIn(store).size };
  };

  it('shows what would go, and takes y and yes for a yes', async () => {
    const { code, stderr, left } = await answered('y\n');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Space that would be reclaimed: 6B')]);
    expect(stderr).toContain('Are you sure you want to continue? [y/N]');
    expect(left).toBe(4);
    expect((await answered('YES\n')).left).toBe(4);
  });

  it.each(['n\n', '\n', '', 'yesterday\n'])('takes %j for a no, and changes nothing', async (typed) => {
    expect(await answered(typed)).toMatchObject({ code: 0, left: 5 });
  });

  it.runIf(hasTerminal)(
    'is asked on a real terminal, and takes y for a yes and Ctrl-C for an interruption',
    async () => {
      const store = await storeOf('terminal', 'api.tar');
      writeFileSync(pathOf(store, digestOf(Buffer.from('orphan'))), 'orphan');
      expect(await onTerminal(store, '\u0003')).toMatchObject({ code: 130 });
      expect(blobsIn(store).size).toBe(5);
      const { code, text } = await onTerminal(store, 'y\r');
      expect([code, text]).toEqual([0, expect.stringContaining('Total reclaimed space: 6B')]);
      expect(blobsIn(store).size).toBe(4);
    },
  );
});
