/**
 * What a digest covers in an archive, told without the program: a tar reader of its own, and the plain rule that bytes are
 * covered where their SHA-256 or SHA-512 stands in a blob's or config's name or in a document. The list of layers in
 * `manifest.json` counts for nothing: writers name layers as they please.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { decodePieces } from '../codec/decode.js';

/** Files by name; of equal names the last. */
export type Files = ReadonlyMap<string, Buffer>;

export interface Coverage {
  /** Digests of bodies that some digest names; each body's bytes. */
  readonly whole: ReadonlyMap<string, number>;
  /** Digests of what compressed bodies unfold to, where only that is named; the bytes of the bodies as stored. */
  readonly inside: ReadonlyMap<string, number>;
}

const blockBytes = 512;

/** The files of a tar, as far as its headers can be followed. */
export function filesOfTar(tar: Buffer): Files {
  const files = new Map<string, Buffer>();
  let longName: string | null = null;
  for (let at = 0; at + blockBytes <= tar.length; ) {
    const header = tar.subarray(at, at + blockBytes);
    if (header.every((byte) => byte === 0)) break;
    const type = textOf(header, 156, 1);
    const size = '125'.includes(type || '0') ? 0 : sizeOf(header);
    if (!Number.isSafeInteger(size)) break;
    const body = tar.subarray(at + blockBytes, at + blockBytes + size);
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    const isExtension = 'xgLK'.includes(type || '0');
    const name = longName ?? nameOf(header);
    longName = isExtension ? (longNameOf(type, body) ?? longName) : null;
    if (!isExtension && size === body.length && (type === '' || type === '0')) files.set(plainName(name), body);
  }
  return files;
}

function textOf(header: Buffer, start: number, length: number): string {
  return header.toString('latin1', start, start + length).replace(/\0.*$/s, '');
}

function nameOf(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 263) === 'ustar\0' ? textOf(header, 345, 155) : '';
  return prefix === '' ? textOf(header, 0, 100) : `${prefix}/${textOf(header, 0, 100)}`;
}

function longNameOf(type: string, body: Buffer): string | undefined {
  const text = body.toString('utf8');
  return type === 'L' ? text.replace(/\0.*$/s, '') : /^\d+ path=(.*)$/m.exec(text)?.[1];
}

function sizeOf(header: Buffer): number {
  const field = header.subarray(124, 136);
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4));
  return Number.parseInt(
    field
      .toString('latin1')
      .replace(/[\0 ]+$/, '')
      .trim() || '0',
    8,
  );
}

function plainName(name: string): string {
  return name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

const zstdMagic = 0xfd2fb528;

/** The tar inside an archive that is compressed as a whole; null where it cannot be had. For xz and zstd there is no second decoder. */
export async function unpacked(bytes: Buffer): Promise<Buffer | null> {
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
    if (bytes.subarray(1, 5).toString('latin1') === '7zXZ')
      return await decodePieces({ codec: 'xz', name: 'xz' }, [bytes]);
    if (bytes.readUInt32LE() === zstdMagic) return await decodePieces({ codec: 'zstd', name: 'zstd' }, [bytes]);
    return bytes;
  } catch {
    return null;
  }
}

const namedBy = [
  /(?:^|\/)blobs\/(sha(?:256|512))\/([0-9a-f]{64,128})$/,
  /(?:^|\/)()([0-9a-f]{64})\.json$/,
  /(?:^|\/)(sha256):([0-9a-f]{64})$/,
];

/** Every digest that a blob's or config's name, or a document, names. */
function namedDigests(files: Files): Set<string> {
  const named = new Set<string>();
  for (const [name, content] of files) {
    for (const pattern of namedBy) {
      const [, algorithm, hex] = pattern.exec(name) ?? [];
      if (hex !== undefined) named.add(`${algorithm || 'sha256'}:${hex}`);
    }
    const isSaveRecord = /(?:^|\/)(?:manifest\.json|repositories)$/.test(name);
    if (isSaveRecord || !/^\s*\{/.test(content.toString('latin1', 0, 20))) continue;
    for (const [digest] of content.toString('latin1').matchAll(/sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})/g)) {
      named.add(digest);
    }
  }
  return named;
}

/** The bodies whose bytes, or whose unfolded bytes, some digest names. */
export function coverageOf(files: Files): Coverage {
  const named = namedDigests(files);
  const whole = new Map<string, number>();
  const inside = new Map<string, number>();
  for (const content of files.values()) {
    const digest = digestsOf(content).find((candidate) => named.has(candidate));
    if (digest !== undefined) whole.set(digest, (whole.get(digest) ?? 0) + content.length);
    const within = digest === undefined ? insideOf(content).find((candidate) => named.has(candidate)) : undefined;
    if (within !== undefined) inside.set(within, (inside.get(within) ?? 0) + content.length);
  }
  return { whole, inside };
}

/** The digests of a coverage that no body of these files has: covered bytes that have changed or gone. */
export function lost({ whole, inside }: Coverage, files: Files): string[] {
  const there = new Set([...files.values()].flatMap(digestsOf));
  const gone = [...whole.keys()].filter((digest) => !there.has(digest));
  if (inside.size === 0) return gone;
  const within = new Set([...files.values()].flatMap(insideOf));
  return [...gone, ...[...inside.keys()].filter((digest) => !within.has(digest))];
}

function digestsOf(content: Buffer): string[] {
  return ['sha256', 'sha512'].map((name) => `${name}:${createHash(name).update(content).digest('hex')}`);
}

function insideOf(content: Buffer): string[] {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return [];
  try {
    return digestsOf(gunzipSync(content));
  } catch {
    return [];
  }
}
