/**
 * Carries a removal out: writes an archive of `docker save` (or podman) anew without the images of these IDs. It knows
 * nothing of a plan but which images go, reads tar headers by itself, and copies what stays byte by byte; the two documents
 * that list the images are written anew and get shorter. Extended headers and other formats are refused.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import {
  bytesAt,
  copyRange,
  endBlocks,
  type Member,
  membersOf,
  paddingOf,
  type SavedImage,
  withChecksum,
} from './tar-members.js';

/** By repository, the v1 ID of each tag. */
type Repositories = Readonly<Record<string, Readonly<Record<string, string>>>>;

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
      else if (documents.stays(member)) copyRange(from, to, member.start, member.end);
    }
    writeSync(to, endBlocks);
  } finally {
    closeSync(from);
    closeSync(to);
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
  const header = bytesAt(from, member.start, member.content - member.start);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  writeSync(to, Buffer.concat([withChecksum(header), content, paddingOf(content.length)]));
}
