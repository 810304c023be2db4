/** The scan of a layer's tar, in odd pieces: the same verdict as of the whole. */
import { LayerScan } from '../../../../src/archive/layer-scan.js';
import { limits } from '../../../../src/model/limits.js';
import { equalPieces, randomTar, rawTars } from '../../../archive/tar/tars.js';
import { directory, file, rawTar } from '../../../helpers/archive-builder.js';
import { same, type Target } from '../target.js';
import { rightSums } from './tar-sums.js';

const accounts = rawTar([
  directory('etc'),
  file('etc/passwd', Buffer.from('root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/:\n')),
  file('etc/group', Buffer.from('root:x:0:\nweb:x:33:web\n')),
]);

export const target: Target = {
  name: 'layers',
  maxBytes: 6144,
  seeds: [...rawTars.map(([, bytes]) => bytes), ...Array.from({ length: 6 }, (_, seed) => randomTar(seed)), accounts],
  words: ['etc/passwd', './etc/group', 'root:x:0:0', '.wh.', '.wh..wh..opq', 'ustar  \0'],
  mend: rightSums,
  check(input) {
    const pieceBytes = 1 + ((input.length * 17 + (input[input.length >> 1] ?? 0)) % 1500);
    same('pieces', verdictOf(equalPieces(input, pieceBytes)), verdictOf([input]));
  },
};

function verdictOf(pieces: Iterable<Buffer>): string {
  const scan = new LayerScan(limits);
  for (const piece of pieces) scan.push(piece);
  return JSON.stringify(scan.finish());
}
