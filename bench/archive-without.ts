/**
 * Carries a removal out: writes an archive of `docker save` (or podman) anew without the images of these IDs. It knows
 * nothing of a plan but which images go, reads tar headers by itself, and copies what stays byte by byte; the two documents
 * that list the images are written anew and get shorter. Extended headers and other formats are refused.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

interface Member {
  readonly name: string;
  readonly link: string | null;
  /** Of the header, of the content, and of the byte behind its padding. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
  readonly size: number;
}

interface SavedImage {
  readonly Config: string;
  readonly Layers: readonly string[];
  readonly RepoTags: readonly string[] | null;
}

/** By repository, the v1 ID of each tag. */
type Repositories = Readonly<Record<string, Readonly<Record<string, string>>>>;

const blockBytes = 512;
const pieceBytes = 1 << 20;

/** Writes to `target` what is left of the plain archive at `source`. Throws RangeError for what it does not know. */
export function writeWithout(source: string, target: string, ids: ReadonlySet<string>): void {
  const from = openSync(source, 'r');
  const to = openSync(target, 'wx');
  try {
    const members = [...membersOf(from)];
    const documents = documentsWithout(from, members, ids);
    for (const member of members) {
      const text = documents.rewritten.get(member.name);
      if (text !== undefined) writeDocument(from, to, member, text);
      else if (documents.stays(member)) copy(from, to, member.start, member.end);
    }
    writeSync(to, Buffer.alloc(2 * blockBytes));
  } finally {
    closeSync(from);
    closeSync(to);
  }
}

function* membersOf(file: number): Generator<Member> {
  for (let at = 0; ; ) {
    const header = bytesAt(file, at, blockBytes);
    if (header.length < blockBytes || header[0] === 0) return;
    const field = (start: number, length: number) =>
      header
        .subarray(start, start + length)
        .toString()
        .replace(/\0.*$/s, '');
    const type = field(156, 1) || '0';
    if (!/[0125]/.test(type)) throw new RangeError(`a member of type ${type}`);
    const size = Number.parseInt(field(124, 12), 8);
    const content = at + blockBytes;
    const end = content + Math.ceil(size / blockBytes) * blockBytes;
    const prefix = field(345, 155);
    const name = `${prefix === '' ? '' : `${prefix}/`}${field(0, 100)}`;
    yield { name, link: type === '1' || type === '2' ? field(157, 100) : null, start: at, content, end, size };
    at = end;
  }
}

function documentsWithout(file: number, members: readonly Member[], ids: ReadonlySet<string>) {
  const byName = new Map(members.map((member) => [member.name, member]));
  const text = (name: string): string => {
    const member = byName.get(name);
    if (member === undefined) throw new RangeError(`no ${name} in the archive`);
    return bytesAt(file, member.content, member.size).toString();
  };
  const images = JSON.parse(text('manifest.json')) as SavedImage[];
  const goes = ({ Config }: SavedImage) => ids.has(`sha256:${createHash('sha256').update(text(Config)).digest('hex')}`);
  const needed = (of: readonly SavedImage[]) => new Set(of.flatMap(({ Config, Layers }) => [Config, ...Layers]));
  const stay = needed(images.filter((image) => !goes(image)));
  const unwanted = needed(images.filter(goes));
  const tags = new Set(images.filter(goes).flatMap(({ RepoTags }) => RepoTags ?? []));
  const repositories = byName.has('repositories') ? repositoriesWithout(text('repositories'), tags) : {};
  const folders = legacyFolders(repositories, text);
  return {
    rewritten: new Map([
      ['manifest.json', JSON.stringify(images.filter((image) => !goes(image)))],
      ...(byName.has('repositories') ? [['repositories', JSON.stringify(repositories)] as const] : []),
    ]),
    stays: ({ name }: Member): boolean => {
      const folder = /^([0-9a-f]{64})\//.exec(name)?.[1];
      return folder === undefined ? stay.has(name) || !unwanted.has(name) : folders.has(folder);
    },
  };
}

function repositoriesWithout(text: string, tags: ReadonlySet<string>): Repositories {
  const entries = Object.entries(JSON.parse(text) as Repositories).map(([repository, ids]) => {
    const left = Object.entries(ids).filter(([tag]) => !tags.has(`${repository}:${tag}`));
    return [repository, Object.fromEntries(left)] as const;
  });
  return Object.fromEntries(entries.filter(([, ids]) => Object.keys(ids).length > 0));
}

/** The folders of v1 documents that the tags lead to, from parent to parent. */
function legacyFolders(repositories: Repositories, text: (name: string) => string): Set<string> {
  const folders = new Set<string>();
  for (const id of Object.values(repositories).flatMap((ids) => Object.values(ids))) {
    for (let next: string | undefined = id; next !== undefined && !folders.has(next); ) {
      folders.add(next);
      next = (JSON.parse(text(`${next}/json`)) as { parent?: string }).parent;
    }
  }
  return folders;
}

function writeDocument(from: number, to: number, member: Member, text: string): void {
  const content = Buffer.from(text);
  const header = bytesAt(from, member.start, blockBytes);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes);
  writeSync(to, Buffer.concat([header, content, padding]));
}

function copy(from: number, to: number, start: number, end: number): void {
  for (let at = start; at < end; at += pieceBytes) writeSync(to, bytesAt(from, at, Math.min(pieceBytes, end - at)));
}

function bytesAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}
