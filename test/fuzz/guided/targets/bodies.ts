/** A body as a layer, plain or gzip, with its list of files: digests and all that is found are the same in any pieces. */
import { limits } from '../../../../src/model/limits.js';
import { createControl } from '../../../../src/observe/control.js';
import { Expansion } from '../../../../src/observe/expansion.js';
import { BlobReader } from '../../../../src/observe/observe-blob.js';
import { createContext } from '../../../../src/observe/work-context.js';
import { randomTar, rawTars } from '../../../archive/tar/tars.js';
import { file, gzip, rawTar, symlink } from '../../../helpers/archive-builder.js';
import { same, type Target } from '../target.js';
import { rightSums } from './tar-sums.js';

const context = createContext({ engine: 'node', control: createControl(), main: { signal: undefined }, limits });
const wanted = { algorithms: ['sha256'], layer: ['sha256', 'sha512'], probes: ['files'] } as const;
const headBytes = 512;

export const target: Target = {
  name: 'bodies',
  maxBytes: 4096,
  seeds: [
    ...rawTars.map(([, bytes]) => bytes),
    ...Array.from({ length: 6 }, (_, seed) => randomTar(seed)),
    gzip(rawTar([file('etc/os', Buffer.from('tide')), symlink('a', '../b')])),
    gzip(rawTar([file('x', Buffer.alloc(700))]), { members: 2 }),
  ],
  words: ['\x1f\x8b\x08', '.wh.', './', '../', 'ustar  \0', '\x28\xb5\x2f\xfd'],
  mend: rightSums,
  check(input) {
    const pieceBytes = headBytes + ((input.length * 31 + (input[input.length >> 1] ?? 0)) % 1500);
    const whole = observed(input, Math.max(1, input.length));
    if (whole !== null) same('pieces', observed(input, pieceBytes), whole);
  },
};

/** Null where the decoder has to be waited for. */
function observed(input: Buffer, pieceBytes: number): string | null {
  const reader = BlobReader.open(input.subarray(0, headBytes), wanted, context, new Expansion(limits));
  if (reader instanceof Promise) {
    void reader.then((opened) => opened.close());
    return null;
  }
  try {
    for (let at = 0; at < input.length; at += pieceBytes) reader.write(input.subarray(at, at + pieceBytes));
    return JSON.stringify(reader.finish());
  } finally {
    reader.close();
  }
}
