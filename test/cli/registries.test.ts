/** Commands over a registry that is named as INPUT, spoken to by HTTP on this machine: what they ask, print and exit with. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Inventory, Report, Verification } from '../../src/index.js';
import type { ImageSearch } from '../../src/model/results/results.js';
import {
  artifact,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  writeLayoutFolder,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { stock } from '../remote/input/stocked-registry.js';
import { startRegistry, type TestRegistry } from '../remote/servers/registry-server.js';
import { varve } from './console.js';

const { newFolder, at } = temporaryFolder();
const base = layer({ files: [{ path: 'base', content: 'the base '.repeat(400) }] });
const built = (name: string, created = '2024-01-01T00:00:00Z') => {
  const own = layer({ files: [{ path: name, content: `${name} `.repeat(300) }] });
  return ociManifest(image({ layers: [base, own], created }));
};

let registry: TestRegistry;
beforeAll(async () => {
  registry = await startRegistry();
  stock(registry.content, 'team/api', '1.0', built('old'));
  stock(registry.content, 'team/api', '1.1', ociIndex([built('api', '2024-03-01T00:00:00Z')]));
  stock(registry.content, 'team/web', '1.0', built('web'));
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.seen.length = 0;
});

const home = newFolder();
const env = { HOME: home };
const whole = () => `registry://${registry.host}`;
const one = (name: string) => `docker://${registry.host}/${name}`;
const pathsAsked = (part: string) => registry.seen.filter(({ path }) => path.includes(part)).map(({ path }) => path);
/** Blobs that are no config: the layers. */
const layersAsked = () =>
  pathsAsked('/blobs/').filter((path) => {
    const digest = path.slice(path.lastIndexOf('/') + 1);
    return [...registry.content.repositories.values()].some(({ blobs }) => blobs.get(digest)?.[0] === 0x1f);
  });

describe('a command over a registry', () => {
  it.each([
    [['ls'], 'team/web'],
    [['tree'], 'team/web'],
    [['layers'], '4 layers'],
    [['df', '-v'], 'team/web'],
    [['report'], 'team/web'],
    [['check'], '3 images'],
    [['scan'], 'team/web'],
    [['plan', '--remove', 'superseded'], '0B freed'],
    [['inspect'], 'team/web'],
    [['history', '--image', 'team/web:1.0'], 'team/web'],
  ])('fetches manifests and configs, and no layer: %j', async (words, told) => {
    const [name = '', ...options] = words;
    const { code, stdout } = await varve([name, whole(), ...options], { env });
    expect(code).toBe(0);
    expect(stdout).toContain(told);
    expect(layersAsked()).toEqual([]);
    expect(pathsAsked('/manifests/').length).toBeGreaterThan(2);
  });

  it.each([[['verify']], [['report', '--verify']], [['ls', '--verify']]])(
    'streams every layer where all bytes are to be read: %j',
    async (words) => {
      const [name = '', ...options] = words;
      const { code } = await varve([name, whole(), ...options], { env });
      expect(code).toBe(0);
      expect(new Set(layersAsked().map((path) => path.slice(path.lastIndexOf('/')))).size).toBe(4);
    },
  );

  it('says that nothing was verified where no layer was read, and by its digests where all were', async () => {
    const unread = JSON.parse((await varve(['scan', whole()], { env })).stdout) as Inventory;
    expect([unread.verified, unread.archives[0]?.status]).toEqual([false, 'unverified']);
    const { stdout } = await varve(['verify', whole(), '--format', 'json'], { env });
    expect((JSON.parse(stdout) as Verification).archives).toMatchObject([
      { path: whole(), status: 'ok', findings: [] },
    ]);
  });

  it('counts what a pull would fetch here, less what a layout beside it has', async () => {
    const layout = at('here');
    await writeLayoutFolder(ociLayout(tagged(built('web'), [`${registry.host}/team/web:1.0`])), layout);
    const { stdout } = await varve(['report', one('team/web:1.0'), one('team/api:1.0'), layout, '--format', 'json'], {
      env,
    });
    const { toFetch, reclaim } = JSON.parse(stdout) as Report;
    const bytesOf = (name: string) => built(name).blobs.reduce((sum, { content }) => sum + content.length, 0);
    const sharedLayer = built('web').blobs.find(({ digest }) =>
      built('old').blobs.some((blob) => blob.digest === digest),
    );
    expect(toFetch).toEqual([
      {
        path: whole(),
        blobs: 3,
        bytes: bytesOf('old') - (sharedLayer?.content.length ?? 0),
        presentBlobs: 4,
        presentBytes: bytesOf('web'),
      },
    ]);
    expect(reclaim.duplicateBytes).toBe(0);
    const text = (await varve(['df', one('team/web:1.0'), layout], { env })).stdout;
    expect(text).toContain('to pull it fetches no blob; all of it is here');
  });

  it('reads the store of --store beside an image of a registry, and refuses it beside an archive', async () => {
    const store = at('store');
    await writeLayoutFolder(ociLayout(tagged(built('web'), [`${registry.host}/team/web:1.0`])), store);
    const { code, stdout } = await varve(['df', one('team/web:1.0'), '--store', store], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('to pull it fetches no blob');
    expect((await varve(['df', one('team/web:1.0'), at(), '--store', store], { env })).code).toBe(2);
  });

  it('shows what is stored of an image or a layer, of which nobody has seen what it unpacks to', async () => {
    const storedOf = (stdout: string, field: string) =>
      (JSON.parse(stdout) as { readonly [key: string]: unknown })[field];
    const asked = [one('team/web:1.0'), '--bytes'];
    const listed = await varve(['ls', ...asked], { env });
    const images = storedOf((await varve(['ls', one('team/web:1.0'), '--format', 'json'], { env })).stdout, 'images');
    const [{ storedBytes = 0 } = {}] = images as { readonly storedBytes: number }[];
    expect(storedBytes).toBeGreaterThan(0);
    expect(listed.stdout).toMatch(new RegExp(`SIZE +COMPRESSED +ARCHIVE\\n.* n/a +${storedBytes} `));
    const history = await varve(['history', one('team/web:1.0')], { env });
    expect(history.stdout).toMatch(/SIZE +COMPRESSED +LAYER +SHARED WITH\n(?:.* n\/a +\d+B .*\n){2}/);
  });

  it('reads no manifest of a tag that --filter reference= does not want', async () => {
    const { stdout } = await varve(['ls', whole(), '--filter', 'reference=*/team/web', '--format', 'json'], { env });
    expect(pathsAsked('/manifests/')).toEqual(['/v2/team/web/manifests/1.0']);
    expect(stdout).not.toContain('team/api');
  });

  it('says what a delta to somebody who has another image would be, and fetches nothing for it', async () => {
    const layout = at('there');
    await writeLayoutFolder(ociLayout(tagged(built('web'), [`${registry.host}/team/web:1.0`])), layout);
    const { code, stdout } = await varve(['delta', one('team/api:1.0'), '--have', layout, '--dry-run'], { env });
    expect(code).toBe(0);
    expect(stdout).toContain('1 of 2 layers added, 1 already there');
    expect(layersAsked()).toEqual([]);
  });

  it.each([
    [
      ['pack', '-o', 'packed.tar'],
      () => one('team/api:1.0'),
      () => `varve pull ${registry.host}/team/api:1.0 brings it`,
    ],
    [['load'], () => one('team/api:1.0'), () => `varve pull ${registry.host}/team/api:1.0 brings it`],
    [['load'], () => `${whole()}/team/api`, () => `varve pull --all-tags ${registry.host}/team/api brings it`],
    [['pack', '-o', 'packed.tar'], whole, () => `varve ls ${whole()} lists its images`],
    [['delta', '-o', 'packed.tar', '--have', 'samples'], () => one('team/api:1.0'), () => '--dry-run says what'],
  ])(
    'is refused before anything is asked where it would be written, with the command that brings it: %j',
    async (words, input, told) => {
      const argv = words.map((word) => (word === 'packed.tar' ? at('packed.tar') : word));
      const { code, stderr } = await varve([...argv, input()], { env });
      expect(code).toBe(2);
      expect(stderr).toContain(told());
      expect(registry.seen).toEqual([]);
      expect(readdirSync(at()).includes('packed.tar')).toBe(false);
    },
  );

  it('says what a pack of it would be, and fetches no layer for it', async () => {
    const { code, stdout } = await varve(['pack', one('team/api:1.0'), '--dry-run'], { env });
    expect([code, layersAsked()]).toEqual([0, []]);
    expect(stdout).toContain('team/api:1.0');
  });

  it('names what is not there, does the rest, and exits with 3', async () => {
    const { code, stdout, stderr } = await varve(['ls', one('team/none:1'), one('team/web:1.0')], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(`docker://${registry.host}/team/none:1`);
    expect(stdout).toContain('team/web');
  });

  it.each([[['ls']], [['verify']], [['search', 'web']], [['report']]])(
    'is refused as wrong usage with --offline, and nothing is asked: %j',
    async (words) => {
      const { code, stderr } = await varve([...words, whole(), '--offline'], { env });
      expect(code).toBe(2);
      expect(stderr).toContain('--offline');
      expect(registry.seen).toEqual([]);
    },
  );

  it('is refused as wrong usage where --verify and --no-verify are both given', async () => {
    const { code, stderr } = await varve(['report', whole(), '--verify', '--no-verify'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('--verify and --no-verify contradict');
  });
});

describe('--referrers', () => {
  const app = built('signed');
  const signature = artifact([], { subject: app, artifactType: 'application/vnd.example.signature' });
  beforeAll(() => {
    stock(registry.content, 'team/signed', '1', app);
    stock(registry.content, 'team/signed', 'unnamed', signature);
    registry.content.repositories.get('team/signed')?.tags.delete('unnamed');
  });
  afterAll(() => registry.content.repositories.delete('team/signed'));

  it.each([
    [['ls', '--tree', '--all'], 'linux/amd64 artifact'],
    [['scan'], 'application/vnd.example.signature'],
    [['ls', '--all', '--format', 'json'], '"artifactType": "application/vnd.example.signature"'],
  ])('reads what refers to an image, and tells how many requests it took: %j', async (words, told) => {
    const [name = '', ...options] = words;
    const { code, stdout, stderr } = await varve([name, one('team/signed:1'), '--referrers', ...options], { env });
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('for what refers to images 2 requests went to registries'),
    ]);
    expect(stdout).toContain(told);
    expect(pathsAsked('/referrers/')).toHaveLength(2);
  });

  it('is off unless it is given: nobody is asked', async () => {
    const { stdout } = await varve(['scan', one('team/signed:1')], { env });
    expect(stdout).not.toContain('signature');
    expect(pathsAsked('/referrers/')).toEqual([]);
  });
});

describe('varve repair --from docker://REF', () => {
  it('fetches what is lacking by its digest, and says from where it is', async () => {
    const layout = join(newFolder(), 'layout');
    await writeLayoutFolder(ociLayout(tagged(built('web'), [`${registry.host}/team/web:1.0`])), layout);
    const lost = built('web').blobs.findLast(({ content }) => content[0] === 0x1f)?.digest ?? '';
    rmSync(join(layout, 'blobs', lost.replace(':', '/')));
    const { code, stdout } = await varve(['repair', layout, '--from', one('team/web:1.0'), '--in-place', '-v'], {
      env,
    });
    expect(stdout).toContain(one('team/web:1.0'));
    expect(code).toBe(0);
    expect(layersAsked()).toEqual([`/v2/team/web/blobs/${lost}`]);
    expect((await varve(['verify', layout], { env })).code).toBe(0);
  });

  it.each([
    ['an image that is not there', () => one('team/none:1'), 'there is no 1 in'],
    ['a registry that cannot be asked', () => 'docker://127.0.0.1:1/team/web:1.0', '127.0.0.1:1'],
  ])('says by name why nothing came, and exits with 3: %s', async (_, source, told) => {
    const layout = join(newFolder(), 'layout');
    await writeLayoutFolder(ociLayout(tagged(built('web'), [`${registry.host}/team/web:1.0`])), layout);
    const lost = built('web').blobs.findLast(({ content }) => content[0] === 0x1f)?.digest ?? '';
    rmSync(join(layout, 'blobs', lost.replace(':', '/')));
    const { code, stderr } = await varve(['repair', layout, '--from', source(), '--in-place'], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(`varve: ${source()}: `);
    expect(stderr).toContain(told);
  });

  it.each([[['--like']], [[]]])('takes registries in no other place: %j', async (option) => {
    const { code, stderr } = await varve(['repair', ...option, one('team/web:1.0'), at(), '--dry-run'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('only --from takes that');
  });
});

describe('varve search of a registry', () => {
  it('finds repositories by the catalog, with their tags, and reads no image', async () => {
    const { code, stdout } = await varve(['search', 'api', whole(), '--format', 'json'], { env });
    const { results, total } = JSON.parse(stdout) as ImageSearch;
    expect(code).toBe(0);
    expect(total).toBe(1);
    expect(results).toMatchObject([
      { repository: `${registry.host}/team/api`, tags: ['1.0', '1.1'], official: false, archives: [whole()] },
    ]);
    expect(pathsAsked('/manifests/')).toEqual([]);
  });

  it('shows the same table as of archives, which may stand beside it', async () => {
    const layout = at('searched');
    await writeLayoutFolder(ociLayout(tagged(built('web'), ['docker.io/library/web:2'])), layout);
    const { stdout } = await varve(['search', 'web', whole(), layout], { env });
    const [head = '', first = '', second = ''] = stdout.split('\n');
    expect(head.split(/\s+/)).toEqual(['NAME', 'DESCRIPTION', 'TAGS', 'IMAGES', 'OFFICIAL']);
    expect(first).toMatch(new RegExp(`^${registry.host}/team/web +1\\.0 +n/a`));
    expect(second).toMatch(/^web +2 +1 +\[OK\]/);
  });

  it('takes --limit and --filter is-official, and refuses a filter about images', async () => {
    const limited = await varve(['search', 'team', whole(), '--limit', '1', '--format', 'json'], { env });
    expect((JSON.parse(limited.stdout) as ImageSearch).results).toHaveLength(1);
    const official = await varve(['search', 'team', whole(), '--filter', 'is-official=true', '--format', 'json'], {
      env,
    });
    expect((JSON.parse(official.stdout) as ImageSearch).results).toEqual([]);
    const refused = await varve(['search', 'team', whole(), '--filter', 'dangling=true'], { env });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--filter dangling asks about images')]);
  });
});
