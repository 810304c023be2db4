/**
 * Reads the header of a zstd frame (RFC 8878, 3.1.1.1): how long it is, which window it asks for, which content size it
 * declares. Refuses here what must never reach a decoder: reserved bits, dictionaries, and windows beyond our limit.
 */

import { CodecError } from '../codec-error.js';

/** The largest window that is decoded, 128 MiB: what decoders accept without being told otherwise. */
export const maxWindowLog = 27;
const maxWindowBytes = 2 ** maxWindowLog;
/** Magic 4, descriptor 1, window 1, dictionary 4, content size 8. */
export const maxFrameHeaderBytes = 18;
/** The bytes that tell how long the header is: magic and descriptor. */
export const frameHeaderStartBytes = 5;

export interface ZstdFrame {
  readonly offsetBytes: number;
  readonly windowBytes: number;
  /** The decoded size that the frame declares, or null. */
  readonly contentBytes: number | null;
  readonly hasChecksum: boolean;
}

interface Layout {
  readonly singleSegment: boolean;
  readonly windowOffset: number;
  readonly dictionaryBytes: number;
  readonly contentOffset: number;
  readonly contentSizeBytes: number;
  readonly headerBytes: number;
}

const dictionarySizes = [0, 1, 2, 4] as const;
const contentSizes = [0, 2, 4, 8] as const;

function layoutOf(descriptor: number): Layout {
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentFlag = descriptor >> 6;
  const dictionaryBytes = dictionarySizes[(descriptor & 3) as 0 | 1 | 2 | 3];
  const contentSizeBytes = contentFlag === 0 && singleSegment ? 1 : contentSizes[contentFlag as 0 | 1 | 2 | 3];
  const windowOffset = frameHeaderStartBytes;
  const contentOffset = windowOffset + (singleSegment ? 0 : 1) + dictionaryBytes;
  const headerBytes = contentOffset + contentSizeBytes;
  return { singleSegment, windowOffset, dictionaryBytes, contentOffset, contentSizeBytes, headerBytes };
}

/** The length of the whole header, magic included, by its fifth byte. */
export function frameHeaderBytes(descriptor: number): number {
  return layoutOf(descriptor).headerBytes;
}

/** Reads a whole header that begins with the magic number; throws CodecError 'corrupt', 'limit' or 'unsupported'. */
export function readFrameHeader(header: Uint8Array, offsetBytes: number): ZstdFrame {
  const descriptor = header[4] ?? 0;
  if ((descriptor & 8) !== 0) {
    // It has no meaning yet, and a decoder has to refuse it.
    throw new CodecError('corrupt', 'A zstd frame uses a reserved bit of its header.', offsetBytes);
  }
  const layout = layoutOf(descriptor);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  refuseDictionary(view, layout, offsetBytes);
  const contentBytes = readContentSize(view, layout);
  const windowBytes = layout.singleSegment ? (contentBytes ?? 0) : windowSize(view.getUint8(layout.windowOffset));
  if (windowBytes > maxWindowBytes) {
    const message = `A zstd frame asks for a window of ${windowBytes} bytes; ${maxWindowBytes} are allowed.`;
    throw new CodecError('limit', message, offsetBytes);
  }
  return { offsetBytes, windowBytes, contentBytes, hasChecksum: (descriptor & 4) !== 0 };
}

function refuseDictionary(view: DataView, layout: Layout, offsetBytes: number): void {
  const from = layout.contentOffset - layout.dictionaryBytes;
  for (let index = from; index < layout.contentOffset; index++) {
    // A dictionary ID of zero says that none is needed.
    if (view.getUint8(index) !== 0) {
      throw new CodecError('unsupported', 'A zstd frame needs a dictionary, which is not there.', offsetBytes);
    }
  }
}

function readContentSize(view: DataView, layout: Layout): number | null {
  switch (layout.contentSizeBytes) {
    case 0:
      return null;
    case 1:
      return view.getUint8(layout.contentOffset);
    case 2:
      return view.getUint16(layout.contentOffset, true) + 256;
    case 4:
      return view.getUint32(layout.contentOffset, true);
    default:
      // Past 2 ** 53 the number is rounded; no content of that size can come, so it never equals a count.
      return Number(view.getBigUint64(layout.contentOffset, true));
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
