/** A tar by position, and as a stream in odd pieces: the same entries and findings, and every byte accounted for. */
import { indexTar } from '../../../../src/archive/tar/tar-index.js';
import { limits } from '../../../../src/model/limits.js';
import {
  accounted,
  equalPieces,
  globalPax,
  longName,
  randomTar,
  rawTars,
  streamTar,
} from '../../../archive/tar/tars.js';
import { file, rawTar } from '../../../helpers/archive-builder.js';
import { memorySource } from '../../../helpers/byte-sources.js';
import { same, type Target } from '../target.js';
import { rightSums } from './tar-sums.js';

export const target: Target = {
  name: 'tars',
  maxBytes: 8192,
  seeds: [
    ...rawTars.map(([, bytes]) => bytes),
    ...Array.from({ length: 10 }, (_, seed) => randomTar(seed)),
    rawTar([
      globalPax({ path: 'x', size: '3' }),
      { ...file('a', Buffer.alloc(3)), pax: { size: '2', path: longName(120) } },
    ]),
  ],
  words: ['ustar\0', 'ustar  \0', '00000000000', '77777777777', '10 path=a\n', '9 size=3\n', '20 GNU.sparse.major=1\n'],
  mend: rightSums,
  check(input) {
    const index = indexTar(memorySource(input), limits);
    same('accounted', accounted(index), input.length);
    const pieceBytes = 1 + ((input.length * 31 + (input[input.length >> 1] ?? 0)) % 1500);
    same('pieces', JSON.stringify(streamTar(equalPieces(input, pieceBytes)).index), JSON.stringify(index));
  },
};
