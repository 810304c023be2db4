/**
 * Documents of image archives that are nearly right, one for each number: members repeated, keys in other case and under
 * escapes, numbers, times, base64 and encodings of every sort, values of other types, more behind the end. The same number
 * gives the same document for ever, so that what Go reads of it can be recorded without the document.
 */
import { type SeededRandom, seededRandom } from '../helpers/seeded-random.js';

export const kinds = ['index', 'manifest', 'image', 'save', 'repositories', 'layout'] as const;
export type Kind = (typeof kinds)[number];

export interface GeneratedDocument {
  readonly kind: Kind;
  readonly bytes: Buffer;
}

/** JSON as text: a scalar or a key is written as it stands. */
type Node = ObjectNode | ListNode | string;
type Member = [key: string, value: Node];
interface ObjectNode {
  readonly members: Member[];
}
interface ListNode {
  readonly items: Node[];
}

const hex = 'f6eed289130abe8f39d85c83a21c1b21cc7d638268522cd562f51aabeb3d50d8';
const object = (members: Readonly<Record<string, Node>>): ObjectNode => ({
  members: Object.entries(members).map(([key, value]) => [JSON.stringify(key), value]),
});
const list = (...items: Node[]): ListNode => ({ items });
const text = (value: string): string => JSON.stringify(value);
const digest = text(`sha256:${hex}`);

const platform = (): Node => object({ architecture: text('arm'), os: text('linux'), variant: text('v7') });
const descriptor = (more: Readonly<Record<string, Node>> = {}): Node =>
  object({ mediaType: text('application/vnd.oci.image.manifest.v1+json'), digest, size: '414', ...more });
const names = (): Node =>
  object({ 'io.containerd.image.name': text('docker.io/a/b:1'), 'org.opencontainers.image.ref.name': text('1') });
const run = (): Node =>
  object({
    User: text('1000'),
    Env: list(text('PATH=/bin'), text('A=b')),
    Entrypoint: list(text('/bin/sh'), text('-c')),
    Cmd: list(text('sleep')),
    WorkingDir: text('/srv'),
    Labels: object({ a: text('1'), b: text('2') }),
    Volumes: object({ '/data': object({}) }),
    ExposedPorts: object({ '80/tcp': object({}) }),
    StopSignal: text('SIGTERM'),
    Healthcheck: object({ Test: list(text('CMD'), text('true')), Interval: '30000000000', Retries: '3' }),
    OnBuild: 'null',
    ArgsEscaped: 'true',
  });

const templates: Readonly<Record<Kind, () => Node>> = {
  index: () =>
    object({
      schemaVersion: '2',
      mediaType: text('application/vnd.oci.image.index.v1+json'),
      manifests: list(
        descriptor({ annotations: names(), platform: platform() }),
        descriptor({ data: text('e30='), urls: list(text('https://example.com')) }),
      ),
      annotations: object({ a: text('b') }),
    }),
  manifest: () =>
    object({
      schemaVersion: '2',
      config: descriptor(),
      layers: list(descriptor({ annotations: object({ a: text('b') }) }), descriptor(), descriptor()),
      subject: descriptor(),
    }),
  image: () =>
    object({
      architecture: text('arm64'),
      os: text('linux'),
      'os.version': text('10'),
      variant: text('v8'),
      created: text('2024-01-02T03:04:05.678Z'),
      author: text('a'),
      config: run(),
      container_config: run(),
      rootfs: object({ type: text('layers'), diff_ids: list(digest, digest) }),
      history: list(
        object({ created: text('2024-01-02T03:04:05Z'), created_by: text('x'), empty_layer: 'true' }),
        object({ created_by: text('y'), comment: text('z') }),
      ),
    }),
  save: () =>
    list(
      object({
        Config: text(`${hex}.json`),
        RepoTags: list(text('a:1'), text('b:2')),
        Layers: list(text('1/layer.tar')),
      }),
      object({
        Config: text('b.json'),
        RepoTags: 'null',
        Layers: list(),
        LayerSources: object({ [`sha256:${hex}`]: descriptor() }),
      }),
    ),
  repositories: () => object({ a: object({ '1': text('x'), '2': text('y') }), b: object({ '3': text('z') }) }),
  layout: () => object({ imageLayoutVersion: text('1.0.0'), other: list('1', object({ a: 'null' })) }),
};

const scalars = [
  ...['null', 'true', 'false', '0', '1', '-1', '-0', '414.0', '4e2', '1E2', '0.5', '1e400', '9007199254740991'],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...[
    '""',
    '"0"',
    '"1000"',
    '"root"',
    '"linux"',
    '"a:1"',
    '"\\u0031"',
    '"\\ud800"',
    '"\\udc00x"',
    '"\\ud83d\\ude00"',
    '"é"',
  ],
  ...['"2024-02-29T00:00:00Z"', '"2023-02-29T00:00:00Z"', '"2024-01-02T1:04:05,6Z"', '"2024-01-02T03:04:05+24:60"'],
  ...[
    '"2024-01-02T03:04:05\\u005a"',
    '"2024-01-02t03:04:05z"',
    '"2024-01-02T24:00:00Z"',
    '"0000-01-01T00:00:00-25:00"',
  ],
  ...['"e30="', '"e30"', '"e3\\n0="', '"e30=e30="', '"e31="', '"-_=="', '"===="', '":1"', '"\\\\"', '"\\":\\""'],
] as const;

const otherKeys = [
  '"x"',
  '"__proto__"',
  '"constructor"',
  '"Manifests"',
  '"toString"',
  '""',
  '"\\ud800"',
  '"é"',
  '"a"',
] as const;

/** The document of a number. */
export function generatedDocument(number: number): GeneratedDocument {
  const random = seededRandom(number);
  const kind = random.pick([...kinds, 'index', 'image', 'image', 'save'] as const);
  const root = templates[kind]();
  for (let left = random.integer(0, 4); left > 0; left -= 1) mutate(random, root);
  const written = write(root, random.integer(0, 3) === 0 ? random : null);
  return { kind, bytes: spoil(random, Buffer.from(written)) };
}

function mutate(random: SeededRandom, root: Node): void {
  const holder = random.pick(holdersOf(root));
  if ('members' in holder) random.pick(objectMutations)(random, holder);
  else random.pick(listMutations)(random, holder);
}

function holdersOf(node: Node): (ObjectNode | ListNode)[] {
  if (typeof node === 'string') return [];
  const inner = 'members' in node ? node.members.map(([, value]) => value) : node.items;
  return [node, ...inner.flatMap(holdersOf)];
}

type Mutation<T> = (random: SeededRandom, holder: T) => void;

const objectMutations: readonly Mutation<ObjectNode>[] = [
  (random, { members }) => insert<Member>(random, members, [...pickOr<Member>(random, members, ['"x"', '1'])]),
  (random, { members }) => {
    const [key, value] = pickOr<Member>(random, members, ['"x"', '1']);
    insert<Member>(random, members, [key, typeof value === 'string' ? random.pick(scalars) : partOf(random, value)]);
  },
  (random, { members }) => {
    const [key, value] = pickOr<Member>(random, members, ['"x"', '1']);
    insert<Member>(random, members, [
      otherSpelling(random, key),
      random.pick([value, partOf(random, value), random.pick(scalars)]),
    ]);
  },
  (random, { members }) => replace<Member>(random, members, ([key, value]) => [otherSpelling(random, key), value]),
  (random, { members }) => replace<Member>(random, members, ([key]) => [key, anyNode(random)]),
  (random, { members }) => replace<Member>(random, members, ([key]) => [key, random.pick(scalars)]),
  (random, { members }) => replace<Member>(random, members, ([key, value]) => [key, partOf(random, value)]),
  (random, { members }) => insert<Member>(random, members, [random.pick(otherKeys), anyNode(random)]),
  (random, { members }) => void members.splice(random.integer(0, members.length), 1),
];

const listMutations: readonly Mutation<ListNode>[] = [
  (random, { items }) => insert(random, items, items.length > 0 ? random.pick(items) : anyNode(random)),
  (random, { items }) => insert(random, items, anyNode(random)),
  (random, { items }) => replace(random, items, () => random.pick(scalars)),
  (random, { items }) => replace(random, items, (item) => partOf(random, item)),
  (random, { items }) => void items.splice(random.integer(0, items.length), 1),
];

function pickOr<T>(random: SeededRandom, items: readonly T[], fallback: T): T {
  return items.length > 0 ? random.pick(items) : fallback;
}

function insert<T>(random: SeededRandom, items: T[], item: T): void {
  items.splice(random.integer(0, items.length), 0, item);
}

function replace<T>(random: SeededRandom, items: T[], change: (item: T) => T): void {
  if (items.length === 0) return;
  const at = random.integer(0, items.length - 1);
  items[at] = change(items[at] as T);
}

function anyNode(random: SeededRandom): Node {
  const pick = random.integer(0, 5);
  if (pick === 0) return list(random.pick(scalars), random.pick(scalars));
  if (pick === 1) return { members: [[random.pick(otherKeys), random.pick(scalars)]] };
  if (pick === 2) return random.pick([list(), object({})]);
  return random.pick(scalars);
}

/** Some of a list or an object; a scalar becomes another one. */
function partOf(random: SeededRandom, node: Node): Node {
  if (typeof node === 'string') return random.pick(scalars);
  const keep = <T>(all: readonly T[]): T[] => all.filter(() => random.integer(0, 1) === 1);
  return 'members' in node ? { members: keep(node.members) } : { items: keep(node.items) };
}

function otherSpelling(random: SeededRandom, key: string): string {
  const at = random.integer(1, Math.max(1, key.length - 2));
  const letter = key[at] ?? '';
  const put = (spelled: string): string => key.slice(0, at) + spelled + key.slice(at + 1);
  const like: Readonly<Record<string, string>> = {
    s: '\u017f',
    k: '\u212a',
    i: '\u0131',
    S: '\u017f',
    K: '\u212a',
    I: '\u0130',
  };
  switch (random.integer(0, 4)) {
    case 0:
      return put(letter.toUpperCase());
    case 1:
      return put(letter.toLowerCase());
    case 2:
      return key.replace(/[skiSKI]/g, (found) => like[found] ?? found);
    case 3:
      return /^[\w./]$/.test(letter) ? put(`\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`) : key;
    default:
      return key.toUpperCase() === key || key.includes('\\') ? key.toLowerCase() : key.toUpperCase();
  }
}

/** `random`: white space here and there. */
function write(node: Node, random: SeededRandom | null): string {
  const space = (): string => (random === null ? '' : random.pick(['', '', ' ', '\n', '\t', '\r\n  ']));
  const inner = (items: readonly string[]): string => items.map((item) => space() + item + space()).join(',');
  if (typeof node === 'string') return node;
  if ('items' in node) return `[${inner(node.items.map((item) => write(item, random)))}${space()}]`;
  return `{${inner(node.members.map(([key, value]) => `${key}${space()}:${space()}${write(value, random)}`))}${space()}}`;
}

const behind = ['\n', ' \t', '\0', '{}', ' x', '}', ']', '\u00a0', '[1]', '\ufeff'] as const;

/** What is no JSON, or none to some, in one of a few documents. */
function spoil(random: SeededRandom, bytes: Buffer): Buffer {
  const at = random.integer(0, Math.max(0, bytes.length - 1));
  switch (random.integer(0, 29)) {
    case 0:
      return Buffer.concat([bytes, Buffer.from(random.pick(behind))]);
    case 1:
      return Buffer.concat([Buffer.from('\ufeff'), bytes]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(random.integer(1, 3)), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from([random.integer(0, 255)]), bytes.subarray(at + 1)]);
    case 4:
      return bytes.subarray(0, at);
    case 5: {
      const depth = random.pick([150, 250, 9_990, 10_050]);
      const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
      return Buffer.from(bytes.toString().replace(/^\{/, () => `{"deep":${deep},`));
    }
    default:
      return bytes;
  }
}
