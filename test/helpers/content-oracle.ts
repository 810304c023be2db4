/**
 * The content fingerprint by the definition in docs/inspect.md and nothing else: tars are read with tar-stream, the tree is
 * one flat map of paths. Slow and simple; it knows nothing of the program, and of layers only what its tests need.
 */
import { createHash } from 'node:crypto';
import { extract, type Header } from 'tar-stream';

interface OracleFile {
  readonly type: string;
  readonly mode: number;
  readonly owner: string;
  readonly size: number;
  readonly target: string;
  readonly content: string;
  readonly attributes: string;
}

/** What is fingerprinted: the layers as plain tars, and what the image config says. */
export interface OracleImage {
  readonly tars: readonly Buffer[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly platform: string | null;
}

const folder: OracleFile = {
  type: 'directory',
  mode: 0o755,
  owner: '0:0',
  size: 0,
  target: '',
  content: '',
  attributes: '',
};
const types: Readonly<Record<string, string>> = {
  'character-device': 'character',
  'block-device': 'block',
  'contiguous-file': 'file',
};

/** `digest`, `files` and `runConfig` of the image. */
export async function contentOracle(image: OracleImage): Promise<{ digest: string; files: string; runConfig: string }> {
  const files = sha256(Buffer.from(recordsOf(await treeOf(image.tars)), 'latin1'));
  const empty = ['null', 'false', '""', '[]', '{}'];
  const said = Object.entries(image.config).filter(([key, value]) => {
    return !['Hostname', 'Domainname', 'Image'].includes(key) && !empty.includes(JSON.stringify(value));
  });
  const runConfig = sha256(
    Buffer.from(canonical({ platform: image.platform, osVersion: null, config: Object.fromEntries(said) })),
  );
  return { digest: sha256(Buffer.from(`varve-content-1\n${files}\n${runConfig}\n`)), files, runConfig };
}

function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`)}}`;
}

type Tree = Map<string, OracleFile>;

async function treeOf(tars: readonly Buffer[]): Promise<Tree> {
  const tree: Tree = new Map([['/', folder]]);
  for (const tar of tars) {
    const entries = await entriesOf(tar);
    for (const { path } of entries) hide(tree, path);
    for (const { path, file } of entries) {
      const [parent, name] = split(path);
      if (!name.startsWith('.wh.')) put(tree, path === '' ? '/' : join(resolve(tree, parent), name), file);
    }
  }
  return tree;
}

function hide(tree: Tree, path: string): void {
  const [parent, name] = split(path);
  if (!name.startsWith('.wh.')) return;
  const at = resolve(tree, parent);
  const hidden = name === '.wh..wh..opq' ? null : join(at, name.slice('.wh.'.length));
  for (const known of [...tree.keys()]) {
    const isBelow = known !== at && known.startsWith(at === '/' ? '/' : `${at}/`);
    if (hidden === null ? isBelow : known === hidden || known.startsWith(`${hidden}/`)) tree.delete(known);
  }
}

function put(tree: Tree, path: string, file: OracleFile): void {
  const linked = file.type === 'link' ? tree.get(join('/', file.target)) : file;
  if (linked === undefined) throw new RangeError(`${path} is a link to nothing`);
  const isFolder = tree.get(path)?.type === 'directory' && linked.type === 'directory';
  if (!isFolder) for (const known of [...tree.keys()]) if (known.startsWith(`${path}/`)) tree.delete(known);
  for (let [parent] = split(path.slice(1)); parent !== ''; [parent] = split(parent)) {
    if (!tree.has(`/${parent}`)) tree.set(`/${parent}`, folder);
  }
  tree.set(path, linked);
}

/** The absolute path of a folder, symlinks on the way followed. */
function resolve(tree: Tree, path: string): string {
  let at = '/';
  const parts = path.split('/');
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (part === '' || part === '.') continue;
    const next = part === '..' ? `/${split(at.slice(1))[0]}` : join(at, part);
    const file = tree.get(next);
    if (file?.type !== 'symlink') at = next;
    else {
      if (file.target.startsWith('/')) at = '/';
      parts.unshift(...file.target.split('/'));
    }
  }
  return at;
}

function join(parent: string, name: string): string {
  return `${parent === '/' ? '' : parent}/${name}`;
}

function split(path: string): [parent: string, name: string] {
  const slash = path.lastIndexOf('/');
  return [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
}

function recordsOf(tree: Tree): string {
  const sorted = [...tree].sort(([a], [b]) => compare(a.split('/').slice(1), b.split('/').slice(1)));
  return sorted
    .map(([path, { type, mode, owner, size, target, content, attributes }]) => {
      const shown = type === 'symlink' ? '0777' : mode.toString(8).padStart(4, '0');
      return `${[path, type, shown, owner, size, target, content, attributes].join('\0')}\n`;
    })
    .join('');
}

/** `/` has the one part '', which is below every name. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] !== b[i]) return (a[i] ?? '') < (b[i] ?? '') ? -1 : 1;
  }
  return a.length - b.length;
}

async function entriesOf(tar: Buffer): Promise<{ path: string; file: OracleFile }[]> {
  const entries: { path: string; file: OracleFile }[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const path = entry.header.name.split('/').filter((part) => part !== '' && part !== '.');
    entries.push({ path: path.join('/'), file: fileOf(entry.header, Buffer.concat(chunks)) });
  }
  return entries;
}

function fileOf(header: Header, content: Buffer): OracleFile {
  const type = types[header.type ?? 'file'] ?? header.type ?? 'file';
  const device = type === 'character' || type === 'block' ? `${header.devmajor}:${header.devminor}` : '';
  const pax = Object.entries(header.pax ?? {}).filter(([key]) => key.startsWith('SCHILY.xattr.'));
  return {
    type,
    mode: (header.mode ?? 0) & 0o7777,
    owner: `${header.uid}:${header.gid}`,
    size: type === 'file' ? content.length : 0,
    target: device || (header.linkname ?? ''),
    content: type === 'file' ? createHash('sha256').update(content).digest('hex') : '',
    attributes: pax
      .map(([key, value]) => `${key.slice('SCHILY.xattr.'.length)}=${Buffer.from(String(value)).toString('hex')}`)
      .sort()
      .join(','),
  };
}
