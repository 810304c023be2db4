/**
 * Compressed forms that are the same bytes on every Node version and processor: gzip by fflate (plain JavaScript; zlib's
 * output differs between Node versions), zstd and xz as hand-made streams of raw blocks, which is all that a decoder can tell.
 * The zstd writer turns runs of one byte into RLE blocks, so that the zeros of a tar do shrink.
 */
import { gzipSync } from 'fflate';

const ZSTD_MAX_BLOCK_BYTES = 128 * 1024;
const ZSTD_MIN_RUN_BYTES = 64;
const LZMA2_MAX_CHUNK_BYTES = 64 * 1024;

/** How a gzip stream is made. */
export interface GzipOptions {
  /** 0 (stored) to 9. Default: 6. */
  readonly level?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  /** Number of gzip members that the content is cut into, as eStargz does. Default: 1. */
  readonly members?: number;
}

/** How a zstd stream is made. */
export interface ZstdOptions {
  /** Number of frames that the content is cut into. Default: 1. */
  readonly frames?: number;
  /** Bodies of skippable frames that follow the data, as zstd:chunked has them. */
  readonly skippable?: readonly Buffer[];
  /** False leaves the content size out of the frame header and gives a window instead. Default: true. */
  readonly contentSize?: boolean;
}

/** gzip, without a time or a name in its header. */
export function gzip(content: Buffer, { level = 6, members = 1 }: GzipOptions = {}): Buffer {
  return Buffer.concat(parts(content, members).map((part) => gzipSync(part, { level, mtime: 0 })));
}

/** zstd frames of raw and RLE blocks, without checksums. */
export function zstd(content: Buffer, options: ZstdOptions = {}): Buffer {
  const { frames = 1, skippable = [], contentSize = true } = options;
  return Buffer.concat([
    ...parts(content, frames).map((part) => zstdFrame(part, contentSize)),
    ...skippable.map((body) => Buffer.concat([uint32(0x184d2a50), uint32(body.length), body])),
  ]);
}

function parts(content: Buffer, count: number): Buffer[] {
  const stepBytes = Math.ceil(content.length / count);
  return Array.from({ length: count }, (_, index) => content.subarray(index * stepBytes, (index + 1) * stepBytes));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function zstdFrame(content: Buffer, contentSize: boolean): Buffer {
  // With the size: single segment and a 4-byte field (0xa0). Without: a window of 128 KiB, the largest block.
  const header = contentSize ? [Buffer.from([0xa0]), uint32(content.length)] : [Buffer.from([0x00, 7 << 3])];
  return Buffer.concat([uint32(0xfd2fb528), ...header, ...zstdBlocks(content)]);
}

function zstdBlocks(content: Buffer): Buffer[] {
  const blocks: { type: 0 | 1; sizeBytes: number; body: Buffer }[] = [];
  let start = 0;
  const rawUntil = (end: number): void => {
    for (; start < end; start += ZSTD_MAX_BLOCK_BYTES) {
      const body = content.subarray(start, Math.min(end, start + ZSTD_MAX_BLOCK_BYTES));
      blocks.push({ type: 0, sizeBytes: body.length, body });
    }
    start = end;
  };
  for (let offset = 0; offset < content.length; ) {
    const runBytes = runLength(content, offset);
    if (runBytes >= ZSTD_MIN_RUN_BYTES) {
      rawUntil(offset);
      blocks.push({ type: 1, sizeBytes: runBytes, body: content.subarray(offset, offset + 1) });
      start = offset + runBytes;
    }
    offset += runBytes;
  }
  rawUntil(content.length);
  if (blocks.length === 0) blocks.push({ type: 0, sizeBytes: 0, body: content });
  return blocks.flatMap(({ type, sizeBytes, body }, index) => {
    const last = index === blocks.length - 1 ? 1 : 0;
    return [uint32(last | (type << 1) | (sizeBytes << 3)).subarray(0, 3), body];
  });
}

function runLength(content: Buffer, offset: number): number {
  const limit = Math.min(content.length, offset + ZSTD_MAX_BLOCK_BYTES);
  let end = offset + 1;
  while (end < limit && content[end] === content[offset]) end++;
  return end - offset;
}

/** An xz stream of one block with a CRC-32 check, its LZMA2 chunks uncompressed. */
export function xz(content: Buffer): Buffer {
  const flags = Buffer.from([0x00, 0x01]);
  const blockHeader = withCrc(Buffer.from([0x02, 0x00, 0x21, 0x01, 0x16, 0x00, 0x00, 0x00]));
  const data = lzma2(content);
  const unpaddedBytes = blockHeader.length + data.length + 4;
  const block = Buffer.concat([blockHeader, data, fill(data.length), uint32(crc32(content))]);
  const records = Buffer.from([0x00, 0x01, ...varint(unpaddedBytes), ...varint(content.length)]);
  const index = withCrc(Buffer.concat([records, fill(records.length)]));
  const footer = Buffer.concat([uint32(index.length / 4 - 1), flags]);
  return Buffer.concat([
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
    withCrc(flags),
    block,
    index,
    uint32(crc32(footer)),
    footer,
    Buffer.from('YZ'),
  ]);
}

function lzma2(content: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let offset = 0; offset < content.length; offset += LZMA2_MAX_CHUNK_BYTES) {
    const body = content.subarray(offset, offset + LZMA2_MAX_CHUNK_BYTES);
    const sizeField = body.length - 1;
    chunks.push(Buffer.from([offset === 0 ? 0x01 : 0x02, sizeField >>> 8, sizeField & 0xff]), body);
  }
  return Buffer.concat([...chunks, Buffer.from([0x00])]);
}

function fill(sizeBytes: number): Buffer {
  return Buffer.alloc((4 - (sizeBytes % 4)) % 4);
}

function withCrc(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, uint32(crc32(bytes))]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
