/** Tars with one damage each: a bit, a cut, an entry that is lost, a header. */
import { cut, flip } from '../damage/damages.js';
import type { SeededRandom } from './seeded-random.js';

export const tarDamages = ['flip', 'cut', 'lost', 'header'] as const;

export interface DamagedTar {
  readonly bytes: Buffer;
  /** For the message of a test that fails. */
  readonly where: string;
}

interface TarPiece {
  readonly start: number;
  readonly end: number;
}

/** Each entry of a tar of plain headers, with its padding. */
function tarPieces(bytes: Buffer): TarPiece[] {
  const pieces: TarPiece[] = [];
  for (let start = 0; start < bytes.length && bytes[start] !== 0; ) {
    const size = Number.parseInt(bytes.toString('latin1', start + 124, start + 135), 8);
    const end = start + 512 + Math.ceil(size / 512) * 512;
    pieces.push({ start, end });
    start = end;
  }
  return pieces;
}

/** Any damage of that kind. */
export function damagedTar(bytes: Buffer, kind: (typeof tarDamages)[number], random: SeededRandom): DamagedTar {
  const { start, end } = random.pick(tarPieces(bytes));
  if (kind === 'lost') {
    return { bytes: Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]), where: `${kind} at byte ${start}` };
  }
  const at = kind === 'header' ? start + random.integer(0, 511) : random.integer(0, bytes.length - 1);
  const damage = kind === 'cut' ? cut(Math.max(1, at)) : flip(at, random.integer(0, 7));
  return { bytes: damage.apply(bytes), where: `${kind} ${damage.where}` };
}
