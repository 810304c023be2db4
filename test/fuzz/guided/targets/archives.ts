/**
 * An archive of mutated documents → its claims: nothing is thrown, every entry has a role, the order in which an object is
 * written is all that counts, and a second reading says the same. The input is names and contents, a line each.
 */
import { beginsAsDocument, DocumentReader } from '../../../../src/archive/document-reader.js';
import { EntryNames } from '../../../../src/archive/entry-names.js';
import type { ArchiveEntry, EntryTable } from '../../../../src/archive/entry-table.js';
import { readArchive } from '../../../../src/formats/read-archive.js';
import { limits } from '../../../../src/model/limits.js';
import { RunBudget } from '../../../../src/model/work/run-budget.js';
import { startsTar } from '../../../../src/observe/tar-start.js';
import { fileAt } from '../../../../src/sources/location.js';
import { atOnce } from '../../../../src/sources/steps.js';
import {
  dockerSave,
  type Entry,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
} from '../../../helpers/archive-builder.js';
import { memorySource } from '../../../helpers/byte-sources.js';
import { same, type Target } from '../target.js';

const tide = image({
  layers: [layer({ files: [{ path: 'a', content: 'tide' }] })],
  tags: ['docker.io/library/tide:1'],
});

export const target: Target = {
  name: 'archives',
  maxBytes: 6000,
  seeds: [
    written(dockerSave([tide], { variant: 'v1' })),
    written(dockerSave([tide], { variant: 'hybrid' })),
    written(dockerSave([tide], { variant: 'podman' })),
    written(ociLayout([...tagged(ociIndex([ociManifest(tide)]), tide.tags)])),
    Buffer.from('a/b.tar\nx\nindex.json\n{}\n->l\na/b.tar\n'),
  ],
  words: [
    '->',
    '\n',
    'index.json\n',
    'manifest.json\n',
    'oci-layout\n',
    'repositories\n',
    '{}',
    '[]',
    '":"',
    '":[',
    '../',
    '\\',
  ],
  check(input) {
    const read = JSON.stringify(claims(input), plain);
    same('again', JSON.stringify(claims(input), plain), read);
  },
};

/** Names in one line, contents in the next; a name behind `->` is a link. Bodies that are no text are left out. */
function written(entries: readonly Entry[]): Buffer {
  const lines = entries.flatMap(({ name, content }) => {
    const text = content?.toString() ?? '';
    return [name, /^[[{]/.test(text) ? text.replaceAll('\n', ' ') : ''];
  });
  return Buffer.from(lines.join('\n'));
}

function tableOf(input: Buffer): EntryTable {
  const entries: ArchiveEntry[] = [];
  for (let at = 0; at < input.length; ) {
    const nameEnd = lineEnd(input, at);
    const bodyEnd = lineEnd(input, nameEnd + 1);
    const body = { start: Math.min(nameEnd + 1, input.length), end: bodyEnd };
    entries.push(entryOf(entries.length, input.toString('utf8', at, nameEnd), input, body));
    at = bodyEnd + 1;
  }
  return {
    entries,
    findings: [],
    overhead: { headerBytes: 0, paddingBytes: 0, endBytes: 0, trailingBytes: 0 },
    tarBytes: input.length,
    truncated: false,
    path: 'a.tar',
    filePath: 'a.tar',
    location: fileAt('a.tar'),
    container: 'tar',
    compression: 'none',
    sizeBytes: input.length,
  };
}

function entryOf(index: number, line: string, input: Buffer, body: { start: number; end: number }): ArchiveEntry {
  const isLink = line.startsWith('->');
  const isFile = !isLink && !line.endsWith('/');
  const sizeBytes = isFile ? body.end - body.start : 0;
  return {
    index,
    sourceIndex: index,
    name: isLink ? line.slice(2) : line.replace(/\/$/, ''),
    type: isLink ? 'symlink' : isFile ? 'file' : 'directory',
    offsetBytes: 0,
    dataOffsetBytes: body.start,
    sizeBytes,
    storedBytes: sizeBytes,
    linkName: isLink ? input.toString('utf8', body.start, body.end) : null,
    structureBytes: { headerBytes: 0, paddingBytes: 0 },
    location: null,
  };
}

function lineEnd(input: Buffer, from: number): number {
  const end = input.indexOf(0x0a, from);
  return end === -1 ? input.length : end;
}

function claims(input: Buffer): unknown {
  const table = tableOf(input);
  const documents = new DocumentReader({ kind: 'file', file: memorySource(input) }, limits);
  const read = atOnce(
    readArchive({
      table,
      names: new EntryNames(table, limits),
      limits,
      held: new RunBudget(limits).account(),
      readDocument: (entry) => documents.read(entry),
      isTar: (entry) => documents.look(entry, startsTar),
      mayBeDocument: (entry) => documents.look(entry, beginsAsDocument),
    }),
  );
  if (read.kind === 'image') same('roles', read.claims.roles.length, table.entries.length);
  return read;
}

/** Sets and maps as lists. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map || value instanceof Set) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}
