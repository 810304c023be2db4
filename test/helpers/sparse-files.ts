/**
 * Sparse files as the four forms have them: the same content, stored by its chunks. What the map says can be made to lie.
 */
import { paxRecords, type RawEntry } from './raw-tar.js';

export type SparseForm = 'gnu' | '0.0' | '0.1' | '1.0';

export const sparseForms: readonly SparseForm[] = ['gnu', '0.0', '0.1', '1.0'];

export interface SparseChunk {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A file whose content lies at these chunks; whatever is between them has to be zeros. */
export function sparseFile(
  name: string,
  content: Buffer,
  chunks: readonly SparseChunk[],
  form: SparseForm,
): RawEntry[] {
  const stored = Buffer.concat(chunks.map(({ offset, sizeBytes }) => content.subarray(offset, offset + sizeBytes)));
  return sparseEntry({ name, stored, chunks, realSizeBytes: content.length, form });
}

/** An entry that says all this, true or not. */
export function sparseEntry(entry: {
  readonly name: string;
  readonly stored: Buffer;
  readonly chunks: readonly SparseChunk[];
  readonly realSizeBytes: number;
  readonly form: SparseForm;
}): RawEntry[] {
  const { name, stored, chunks, realSizeBytes, form } = entry;
  if (form === 'gnu') {
    return [{ name, type: 'sparse', format: 'gnu', content: stored, sparse: { realSizeBytes, chunks } }];
  }
  const numbers = chunks.flatMap(({ offset, sizeBytes }) => [String(offset), String(sizeBytes)]);
  const body = form === '1.0' ? Buffer.concat([sparseMapBlocks([chunks.length, ...numbers]), stored]) : stored;
  return [
    { name: 'pax', typeflag: 'x', content: recordsOf(form, name, realSizeBytes, numbers) },
    { name: 'GNUSparseFile.0/x', content: body },
  ];
}

/** The map of version 1.0: a number in each line, to the end of a block. */
export function sparseMapBlocks(numbers: readonly (number | string)[]): Buffer {
  const text = Buffer.from(numbers.map((number) => `${number}\n`).join(''));
  return Buffer.concat([text, Buffer.alloc((512 - (text.length % 512)) % 512)]);
}

function recordsOf(form: SparseForm, name: string, realSizeBytes: number, numbers: readonly string[]): Buffer {
  const size = String(realSizeBytes);
  if (form === '1.0') {
    return paxRecords({
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': name,
      'GNU.sparse.realsize': size,
    });
  }
  const records = { 'GNU.sparse.size': size, 'GNU.sparse.numblocks': String(numbers.length / 2) };
  if (form === '0.1') return paxRecords({ ...records, 'GNU.sparse.name': name, 'GNU.sparse.map': numbers.join(',') });
  const keys = ['GNU.sparse.offset', 'GNU.sparse.numbytes'];
  const pairs = numbers.map((number, i) => paxRecords({ [keys[i % 2] ?? '']: number }));
  return Buffer.concat([paxRecords({ ...records, path: name }), ...pairs]);
}

/** Where a content is not zeros, in whole blocks, up to its end. */
export function chunksOf(content: Buffer): SparseChunk[] {
  const chunks: SparseChunk[] = [];
  for (let offset = 0; offset < content.length; offset += 512) {
    const block = content.subarray(offset, offset + 512);
    const last = chunks.at(-1);
    if (block.every((byte) => byte === 0)) continue;
    if (last === undefined || last.offset + last.sizeBytes < offset) chunks.push({ offset, sizeBytes: block.length });
    else chunks[chunks.length - 1] = { ...last, sizeBytes: last.sizeBytes + block.length };
  }
  const last = chunks.at(-1);
  const end = last === undefined ? 0 : last.offset + last.sizeBytes;
  return end === content.length && last !== undefined ? chunks : [...chunks, { offset: content.length, sizeBytes: 0 }];
}

/** The same entries, every file of them stored as a sparse one. */
export function sparseEntries(entries: readonly RawEntry[], form: SparseForm): RawEntry[] {
  return entries.flatMap((entry) => {
    const { name, type = 'file', content = Buffer.alloc(0) } = entry;
    return type === 'file' ? sparseFile(name, content, chunksOf(content), form) : [entry];
  });
}
