/**
 * Archives that are made to cost much: in few bytes of gzip each multiplies something (long names, findings, values, links,
 * images) as far as its limits allow. The size of each is what it multiplies, so that its cost can be followed as that grows.
 */
import {
  blobNode,
  describe,
  digestOf,
  type Entry,
  file,
  hardLink,
  image,
  layer,
  type OciNode,
  ociIndex,
  ociLayout,
  ociManifest,
  type RawEntry,
  rawTar,
  symlink,
  withoutPlatform,
} from '../../test/helpers/archive-builder.js';

export interface Attack {
  readonly name: string;
  /** Of what there are so many. */
  readonly sizes: readonly [small: number, large: number];
  /** What the large size took, in the worst form, of the build before what it multiplies was bounded; where that was measured. */
  readonly before?: string;
  /** The tars, each to be compressed. */
  tars(size: number): Iterable<Buffer>;
}

const megabyte = 1_000_000;
/** Longer than what V8 hashes of a text: all of one length have one hash. */
const beyondHash = 16_400;

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })] });
const [tinyLayer] = tiny.layers;
const tar = (entries: readonly (Entry | RawEntry)[]): Buffer =>
  rawTar(entries.map((entry) => ({ longNames: 'pax' as const, ...entry })));

/** Texts of one length that differ at their ends only. */
function alike(count: number, length: number): string[] {
  const start = 'n'.repeat(length - 8);
  return Array.from({ length: count }, (_, i) => start + String(i).padStart(8, '0'));
}

const config = (more: object = {}): object => ({
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [tinyLayer?.diffId] },
  ...more,
});

/** A save archive with these records, and what they name. */
function save(records: readonly object[], others: readonly (Entry | RawEntry)[]): Buffer {
  return tar([...others, file('manifest.json', JSON.stringify(records))]);
}

const layerFile = file('l.tar', tinyLayer?.tar ?? '');

/** A save archive of one image with this config. */
const saveOf = (document: object, more: object = {}): Buffer =>
  save(
    [{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['l.tar'], ...more }],
    [file('c.json', JSON.stringify(document)), layerFile],
  );

/** Manifests of images that differ by a variable. */
const manifests = (count: number): OciNode[] =>
  Array.from({ length: count }, (_, i) =>
    withoutPlatform(ociManifest(image({ layers: tiny.layers, config: { Env: [`I=${i}`] } }))),
  );

const named = (node: OciNode, name: string): OciNode =>
  describe(node, { annotations: { 'io.containerd.image.name': name } });

export const attacks: readonly Attack[] = [
  {
    name: 'a tag of a megabyte, images below its index',
    sizes: [100, 700],
    before: '32 s, 1.5 GB, killed',
    *tars(size) {
      yield tar(ociLayout([named(withoutPlatform(ociIndex(manifests(size))), `${'t'.repeat(megabyte)}/a:1`)]));
    },
  },
  {
    name: 'a local tag of a megabyte, images below its index',
    sizes: [100, 700],
    before: '26 s, 1.6 GB',
    *tars(size) {
      const root = describe(withoutPlatform(ociIndex(manifests(size))), {
        annotations: { 'org.opencontainers.image.ref.name': 'T'.repeat(megabyte) },
      });
      yield tar(ociLayout([root]));
    },
  },
  {
    name: 'tags of 4,000 characters on one index, images below it',
    sizes: [100, 400],
    *tars(size) {
      const index = withoutPlatform(ociIndex(manifests(size)));
      yield tar(ociLayout(alike(400, 4000).map((name) => named(index, `a/${name.slice(-128)}:1`))));
    },
  },
  {
    name: 'names of entries of 16,400 characters, alike to their ends',
    sizes: [1000, 1900],
    before: '29 s, 230 MB',
    *tars(size) {
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['l.tar'] }],
        [file('c.json', JSON.stringify(config())), layerFile, ...alike(size, beyondHash).map((name) => file(name, ''))],
      );
    },
  },
  {
    name: 'tags of 16,400 characters, alike to their ends',
    sizes: [250, 500],
    before: 'killed',
    *tars(size) {
      yield saveOf(config(), { RepoTags: alike(size, beyondHash) });
    },
  },
  {
    name: 'tags of 16,400 characters, alike to their ends, in eight archives',
    sizes: [250, 500],
    before: 'killed',
    *tars(size) {
      for (let i = 0; i < 8; i++)
        yield saveOf(config({ author: `${i}` }), { RepoTags: alike(size, beyondHash).map((name) => `${i}${name}`) });
    },
  },
  {
    name: 'files of layers of 16,400 characters, alike to their ends, that are not there',
    sizes: [250, 500],
    before: '34 s for 100 of them',
    *tars(size) {
      yield saveOf(config(), { Layers: alike(size, beyondHash) });
    },
  },
  {
    name: 'labels of 16,400 characters, alike to their ends',
    sizes: [250, 500],
    before: '11.6 s',
    *tars(size) {
      const labels = Object.fromEntries(alike(size, beyondHash).map((name) => [name, '']));
      yield saveOf(config({ config: { Labels: labels } }));
    },
  },
  {
    name: 'labels of 16,400 characters, alike to their ends, in eight archives',
    sizes: [250, 500],
    before: 'killed',
    *tars(size) {
      for (let i = 0; i < 8; i++) {
        const labels = Object.fromEntries(alike(size, beyondHash).map((name) => [`${i}${name}`, '']));
        yield saveOf(config({ config: { Labels: labels } }));
      }
    },
  },
  {
    name: 'a config with a name of a megabyte, and diffIDs that are none',
    sizes: [1000, 10_000],
    before: 'killed',
    *tars(size) {
      const name = 'c'.repeat(megabyte);
      const document = config({ rootfs: { type: 'layers', diff_ids: Array<string>(size).fill('x') } });
      yield save(
        [{ Config: name, RepoTags: ['app:1'], Layers: Array<string>(size).fill('l.tar') }],
        [file(name, JSON.stringify(document)), layerFile],
      );
    },
  },
  {
    name: 'a config with a name of a megabyte, and other diffIDs than its layers have',
    sizes: [1000, 10_000],
    *tars(size) {
      const name = 'c'.repeat(megabyte);
      const diffIds = Array.from({ length: size }, (_, i) => digestOf(Buffer.from(`${i}`)));
      yield save(
        [{ Config: name, RepoTags: ['app:1'], Layers: Array<string>(size).fill('l.tar') }],
        [file(name, JSON.stringify(config({ rootfs: { type: 'layers', diff_ids: diffIds } }))), layerFile],
      );
    },
  },
  {
    name: 'a layer with a name of a megabyte, listed by a link, with diffIDs of unknown kinds',
    sizes: [1000, 10_000],
    *tars(size) {
      const name = 'l'.repeat(megabyte);
      const diffIds = Array.from({ length: size }, (_, i) => `a${i}:0`);
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: Array<string>(size).fill('l') }],
        [
          file('c.json', JSON.stringify(config({ rootfs: { type: 'layers', diff_ids: diffIds } }))),
          file(name, tinyLayer?.tar ?? ''),
          symlink('l', name),
        ],
      );
    },
  },
  {
    name: 'hard links to a link with a target of a megabyte',
    sizes: [1000, 20_000],
    *tars(size) {
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['l.tar'] }],
        [
          file('c.json', JSON.stringify(config())),
          layerFile,
          symlink('s', 'x'.repeat(megabyte)),
          ...Array.from({ length: size }, (_, i) => hardLink(`h${i}`, 's')),
        ],
      );
    },
  },
  {
    name: 'a folder with a name of a megabyte that holds a save archive of very many images',
    sizes: [300, 3000],
    *tars(size) {
      const folder = `${'f'.repeat(megabyte)}`;
      const body = 'a'.repeat(64);
      const records = Array.from({ length: size }, (_, i) => ({ Config: `c${i}`, RepoTags: [`a:${i}`], Layers: [] }));
      yield tar([file(`${folder}/${body}.tar`, ''), file(`${folder}/manifest.json`, JSON.stringify(records))]);
    },
  },
  {
    name: 'a history of one step of 7 MB, in eight archives',
    sizes: [1, 7],
    *tars(size) {
      for (let i = 0; i < 8; i++)
        yield saveOf(config({ history: [{ created_by: `${i}${'h'.repeat(size * megabyte)}` }] }));
    },
  },
  {
    name: 'environments of control characters, in eight archives',
    sizes: [1, 7],
    *tars(size) {
      for (let i = 0; i < 8; i++) {
        yield saveOf(config({ config: { Env: [`${i}=${'\u202e'.repeat((size * megabyte) / 3)}`] } }));
      }
    },
  },
  {
    name: 'a platform of 16,400 characters in each config',
    sizes: [250, 1000],
    *tars(size) {
      const nodes = alike(size, beyondHash).map((os) =>
        withoutPlatform(ociManifest(image({ layers: tiny.layers, overrides: { os } }))),
      );
      yield tar(ociLayout(nodes));
    },
  },
  {
    name: 'descriptors with media types of 16,400 characters',
    sizes: [250, 480],
    *tars(size) {
      const nodes = alike(size, beyondHash).map((type, i) => blobNode(`a/${type}`, Buffer.from(`${i}`)));
      yield tar(ociLayout(nodes));
    },
  },
  {
    name: 'objects in eight archives, a few members each',
    sizes: [100_000, 1_000_000],
    *tars(size) {
      for (let i = 0; i < 8; i++) {
        yield saveOf(
          config({
            author: `${i}`,
            config: { Labels: Object.fromEntries(Array.from({ length: size / 4 }, (_, k) => [`k${k}`, ''])) },
          }),
        );
      }
    },
  },
  {
    name: 'images in one save archive',
    sizes: [5000, 50_000],
    *tars(size) {
      const records = Array.from({ length: size }, (_, i) => ({
        Config: `c${i}`,
        RepoTags: [`a:${i}`],
        Layers: ['l.tar'],
      }));
      yield save(records, [layerFile]);
    },
  },
  {
    name: 'images with a config each, that share all layers',
    sizes: [1250, 5000],
    *tars(size) {
      yield tar(ociLayout(manifests(size)));
    },
  },
  {
    name: 'layers that are listed by very many images',
    sizes: [5, 50],
    *tars(size) {
      const diffIds = Array<string | undefined>(10_000).fill(tinyLayer?.diffId);
      const document = JSON.stringify(config({ rootfs: { type: 'layers', diff_ids: diffIds } }));
      const records = Array.from({ length: size }, (_, i) => ({
        Config: `c${i}`,
        RepoTags: [`a:${i}`],
        Layers: Array<string>(10_000).fill('l.tar'),
      }));
      yield save(records, [layerFile, ...records.map(({ Config }, i) => file(Config, document + ' '.repeat(i)))]);
    },
  },
  {
    name: 'names of one image of very many layers',
    sizes: [200, 2000],
    before: '831 MB of JSON by `ls`, 27 s',
    *tars(size) {
      const diffIds = Array<string | undefined>(5000).fill(tinyLayer?.diffId);
      const tags = Array.from({ length: size }, (_, i) => `a:${i}`);
      const records = [{ Config: 'c.json', RepoTags: tags, Layers: Array<string>(5000).fill('l.tar') }];
      const document = JSON.stringify(config({ rootfs: { type: 'layers', diff_ids: diffIds } }));
      yield save(records, [layerFile, file('c.json', document)]);
    },
  },
  {
    name: 'entries without content',
    sizes: [25_000, 200_000],
    *tars(size) {
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['l.tar'] }],
        [
          file('c.json', JSON.stringify(config())),
          layerFile,
          ...Array.from({ length: size }, (_, i) => file(`d${i % 100}/f${i}`, '')),
        ],
      );
    },
  },
  {
    name: 'a chain of links',
    sizes: [25_000, 100_000],
    before: 'hours',
    *tars(size) {
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: ['l.tar', 'k0'] }],
        [
          file('c.json', JSON.stringify(config())),
          layerFile,
          ...Array.from({ length: size }, (_, i) => symlink(`k${i}`, `k${i + 1}`)),
        ],
      );
    },
  },
  {
    name: 'a layer list through one link with a target of a megabyte',
    sizes: [1000, 10_000],
    before: '30 s',
    *tars(size) {
      yield save(
        [{ Config: 'c.json', RepoTags: ['app:1'], Layers: Array<string>(size).fill('k') }],
        [file('c.json', JSON.stringify(config())), layerFile, symlink('k', `${'./'.repeat(megabyte / 2 - 8)}l.tar`)],
      );
    },
  },
  {
    name: 'configs of empty lists, seven in each of eight archives',
    sizes: [260_000, 2_600_000],
    before: '421 s, 4.8 GB, killed, all results lost',
    *tars(size) {
      const lists = `[${'[],'.repeat(size)}[]]`;
      for (let i = 0; i < 8; i++) {
        const records = Array.from({ length: 7 }, (_, k) => ({
          Config: `c${k}`,
          RepoTags: [`a:${k}`],
          Layers: ['l.tar'],
        }));
        const document = (k: number): string =>
          `{"author":"${i}.${k}","x":${lists},${JSON.stringify(config()).slice(1)}`;
        yield save(records, [layerFile, ...records.map(({ Config }, k) => file(Config, document(k)))]);
      }
    },
  },
];
