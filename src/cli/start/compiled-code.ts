/**
 * The file with what Node compiled of the program's parts when it was built (`keep-compiled.ts`): to parse and compile
 * them takes longer than all else that a short run does. It lies beside the code, is written with it and never by a run, and
 * is trusted as the code is. V8 refuses what another version of it made, or what was made of a text of another length; then,
 * and where there is no such file, the code is compiled as ever.
 *
 * Layout: the length of the list in bytes (4, little-endian), the list as JSON, the data of each part in the order of the
 * list.
 */
import { closeSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Compiled code by the name of its part; null where there is none. */
export type CompiledCode = (name: string) => Buffer | null;

/** A part and the size of its data. */
type Listed = readonly [name: string, sizeBytes: number];

const headBytes = 4;

/** Where the compiled code of the parts in a folder lies, for a Node like this one. */
export function compiledPath(folder: string): string {
  return join(folder, `compiled-${process.platform}-${process.arch}-${process.versions.v8}.bin`);
}

/** Opens such a file, which stays open; null where it is not there or cannot be read. */
export function openCompiled(path: string): CompiledCode | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const listBytes = readAt(file, headBytes, 0).readUInt32LE();
    const list = JSON.parse(readAt(file, listBytes, headBytes).toString()) as readonly Listed[];
    const places = new Map<string, readonly [sizeBytes: number, offset: number]>();
    let offset = headBytes + listBytes;
    for (const [name, sizeBytes] of list) {
      places.set(name, [sizeBytes, offset]);
      offset += sizeBytes;
    }
    return (name) => {
      const place = places.get(name);
      return place === undefined ? null : readAt(file, ...place);
    };
  } catch {
    closeSync(file);
    return null;
  }
}

/** Writes the compiled code of parts: beside its place, and renamed, since it may be read meanwhile. */
export function writeCompiled(path: string, parts: ReadonlyMap<string, Buffer>): void {
  const list = Buffer.from(JSON.stringify([...parts].map(([name, { length }]): Listed => [name, length])));
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(list.length);
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, Buffer.concat([head, list, ...parts.values()]));
  renameSync(temporary, path);
}

/** Throws a RangeError where the file ends before. */
function readAt(file: number, sizeBytes: number, offset: number): Buffer {
  const target = Buffer.allocUnsafeSlow(sizeBytes);
  const readBytes = readSync(file, target, 0, sizeBytes, offset);
  if (readBytes !== sizeBytes) throw new RangeError(`${sizeBytes} bytes at ${offset} are not there`);
  return target;
}
