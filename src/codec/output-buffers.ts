/**
 * A few output buffers that decoders take and give back. Writing into memory that was touched before is some seventy
 * times faster than the first touch of fresh pages, and a scan opens one decoder per layer. Decoders can be nested (a
 * compressed layer inside a compressed archive), so one shared buffer would not do.
 */

/** Larger was no faster: at 256 KiB the calls into native code no longer show, and the buffer still fits the cache. */
export const outputBufferBytes = 256 * 1024;

const keptBuffers = 4;
const idle: Uint8Array[] = [];

/** A buffer of `outputBufferBytes` with undefined content. */
export function takeOutputBuffer(): Uint8Array {
  return idle.pop() ?? new Uint8Array(outputBufferBytes);
}

/** Gives a buffer back; it must not be used afterwards. */
export function giveOutputBuffer(buffer: Uint8Array): void {
  if (idle.length < keptBuffers) idle.push(buffer);
}
