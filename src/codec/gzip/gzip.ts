/**
 * gzip: every member of the input, one after another (an eStargz layer has hundreds), each held against its CRC-32 and
 * its size. The input must end on a member's boundary; zero padding behind the last member is tolerated, as by gzip itself,
 * anything else there is corruption. There are three engines with the same answers; the first that works here is used:
 *
 * - `kernel`: WebAssembly of our own, the fastest, also for small bodies: it is there sooner than zlib;
 * - `handle`: the native handle beneath Node's zlib stream, an internal of Node, tried once before it is trusted;
 * - `stream`: Node's public stream, asynchronous.
 */
import { type Decoder, type DecoderOptions, type GzipEngine, gzipEngines } from '../decoder.js';
import { openHandleDecoder } from './gzip-handle.js';
import { openKernelDecoder } from './gzip-kernel.js';
import { GzipStreamDecoder } from './gzip-stream.js';

/** A gzip decoder on the engine that is asked for, or where that does not work, on the first behind it that does. */
export function createGzipDecoder({ gzipEngine, portable, output, memory, memberChecks }: DecoderOptions): Decoder {
  const options = { ...(output && { output }), ...(memory && { memory }), ...(memberChecks && { memberChecks }) };
  const from = gzipEngines.indexOf(portable ? 'stream' : (gzipEngine ?? 'kernel'));
  for (const engine of gzipEngines.slice(from)) {
    const decoder = openers[engine](options);
    if (decoder !== null) return decoder;
  }
  throw new TypeError('No engine decodes gzip here.');
}

/** The engine that is taken where this one is asked for. */
export function engineThatWorks(wanted: GzipEngine): GzipEngine {
  const works = (engine: GzipEngine): boolean => {
    const decoder = openers[engine]({});
    decoder?.close();
    return decoder !== null;
  };
  return gzipEngines.slice(gzipEngines.indexOf(wanted)).find(works) ?? 'stream';
}

const openers: Readonly<
  Record<GzipEngine, (options: Pick<DecoderOptions, 'output' | 'memory' | 'memberChecks'>) => Decoder | null>
> = {
  kernel: openKernelDecoder,
  handle: ({ output }) => openHandleDecoder(output),
  stream: () => new GzipStreamDecoder(),
};
