/**
 * What a compressed body says of the size of its content, from its first and last bytes alone: the trailer of a gzip
 * member (RFC 1952, 2.3.1: the size modulo 2 ** 32), the header of a zstd frame (RFC 8878, 3.1.1.1.4). It is a claim, as
 * a name is one; nothing is decoded. Both tell of one member or frame only, and that there are no others is not seen
 * here, so that what cannot be the size of the tar of a whole layer counts as no answer. Hostile input can claim any
 * size that its own length allows, and no more.
 */
import { CodecError } from './codec-error.js';
import type { Codec } from './decoder.js';
import { frameHeaderBytes, frameHeaderStartBytes, readFrameHeader } from './zstd/zstd-frame-header.js';

/** How much of the end of a body is looked at: a gzip trailer, and the marks of formats of many frames. */
export const claimEndBytes = 8;

/** The ends of a compressed body. */
export interface BodyEnds {
  /** 512 bytes, or the whole body where it is shorter. */
  readonly start: Uint8Array;
  /** `claimEndBytes`. */
  readonly end: Uint8Array;
  readonly storedBytes: number;
}

/** tar is written in blocks of so many bytes: any other size is not that of a layer. */
const tarBlockBytes = 512;
/** What a codec may add to content that it cannot compress, beyond a thousandth of it. */
const slackBytes = 32;

/** The claimed size of the content; null where the body does not say, and where what it says cannot be all of it. */
export function claimedContentBytes(codec: Codec, ends: BodyEnds): number | null {
  if (codec !== 'gzip' && codec !== 'zstd') return null;
  if (ends.end.length < claimEndBytes || ends.storedBytes < claimEndBytes) return null;
  const claimed = codec === 'gzip' ? gzipClaim(ends) : zstdClaim(ends);
  if (claimed === null || claimed % tarBlockBytes !== 0) return null;
  // Less than what is stored: it is the size of a part.
  return ends.storedBytes > claimed + claimed / 1000 + slackBytes ? null : claimed;
}

/** Deflate makes at most so many bytes of one: 258 of two bits. */
const deflateRatio = 1032;
/** A ratio that layers of files do not reach; zeros do. */
const likelyRatio = 16;
const gzipModulus = 2 ** 32;
/** FEXTRA, the mark of formats of many members: its place in the header, and its bit. */
const gzipFlagsAt = 3;
const extraFlag = 4;

function gzipClaim({ start, end, storedBytes }: BodyEnds): number | null {
  if (((start[gzipFlagsAt] ?? 0) & extraFlag) !== 0) return null;
  const claimed = viewOf(end).getUint32(claimEndBytes - 4, true);
  // 4 GiB more would end in the same four bytes. Where that much could be in there, the likely one is believed, if it is
  // the only one that is likely.
  const next = claimed + gzipModulus;
  const possibleBytes = deflateRatio * storedBytes;
  const mostBytes = next > possibleBytes ? possibleBytes : likelyRatio * storedBytes;
  return claimed <= mostBytes && next > mostBytes ? claimed : null;
}

/** No block has more content, and none is stored in less than a header and a byte. */
const zstdBlock = { contentBytes: 128 * 1024, storedBytes: 4 };
/** What zstd:chunked ends with, in a skippable frame of its own. */
const chunkedMark = 'GNUlInUx';
/** The same of zstd's seekable format. */
const seekableMark = 0x8f92eab1;

function zstdClaim({ start, end, storedBytes }: BodyEnds): number | null {
  if (Buffer.from(end).toString('latin1') === chunkedMark) return null;
  if (viewOf(end).getUint32(claimEndBytes - 4, true) === seekableMark) return null;
  const claimed = frameContentBytes(start);
  const blocks = Math.floor(storedBytes / zstdBlock.storedBytes);
  // The field has 64 bits, of which a number holds 53 exactly.
  if (claimed === null || !Number.isSafeInteger(claimed)) return null;
  return claimed > blocks * zstdBlock.contentBytes ? null : claimed;
}

/** The first byte of a frame that holds content. */
const frameMagicStart = 0x28;

/** Of the frame that the body starts with; a skippable one says nothing. */
function frameContentBytes(start: Uint8Array): number | null {
  const headerBytes = frameHeaderBytes(start[frameHeaderStartBytes - 1] ?? 0);
  if (start[0] !== frameMagicStart || start.length < headerBytes) return null;
  try {
    return readFrameHeader(start.subarray(0, headerBytes), 0).contentBytes;
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
