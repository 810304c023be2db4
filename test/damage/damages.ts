/**
 * Ways to damage a file, each one change at one place: a flipped bit, a cut, two blocks swapped, a block that comes twice,
 * bytes that were put in between.
 */
import type { SeededRandom } from '../helpers/archive-builder.js';

export const damageKinds = ['flip', 'cut', 'swap', 'repeat', 'insert'] as const;
export type DamageKind = (typeof damageKinds)[number];

export interface Damage {
  readonly kind: DamageKind;
  /** For the message of a test that fails. */
  readonly where: string;
  readonly apply: (bytes: Buffer) => Buffer;
}

const blockBytes = 512;

/** Flips one bit of a byte. */
export function flip(at: number, bit: number): Damage {
  return {
    kind: 'flip',
    where: `bit ${bit} of byte ${at}`,
    apply: (bytes) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      return changed;
    },
  };
}

/** Leaves the first bytes only. */
export function cut(length: number): Damage {
  return { kind: 'cut', where: `at byte ${length}`, apply: (bytes) => bytes.subarray(0, length) };
}

function swap(first: number, second: number): Damage {
  return {
    kind: 'swap',
    where: `blocks ${first} and ${second}`,
    apply: (bytes) => {
      const changed = Buffer.from(bytes);
      blockAt(bytes, second).copy(changed, first * blockBytes);
      blockAt(bytes, first).copy(changed, second * blockBytes);
      return changed;
    },
  };
}

function repeat(block: number): Damage {
  return {
    kind: 'repeat',
    where: `block ${block}`,
    apply: (bytes) => insertAt(bytes, (block + 1) * blockBytes, blockAt(bytes, block)),
  };
}

function insert(at: number, content: Buffer): Damage {
  return {
    kind: 'insert',
    where: `${content.toString('hex').slice(0, 40)} (${content.length} bytes) at ${at}`,
    apply: (bytes) => insertAt(bytes, at, content),
  };
}

function blockAt(bytes: Buffer, block: number): Buffer {
  return bytes.subarray(block * blockBytes, (block + 1) * blockBytes);
}

function insertAt(bytes: Buffer, at: number, content: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), content, bytes.subarray(at)]);
}

/** The lengths that end at a block's edge or a byte beside one. */
export function cutsOf(sizeBytes: number): number[] {
  const edges = Array.from({ length: Math.floor(sizeBytes / blockBytes) + 1 }, (_, i) => i * blockBytes);
  return edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((length) => length >= 0 && length < sizeBytes);
}

/** Any damage of that kind to a file of at least one block. */
export function randomDamage(kind: DamageKind, sizeBytes: number, rng: SeededRandom): Damage {
  const blocks = Math.floor(sizeBytes / blockBytes);
  const byte = (): number => rng.integer(0, sizeBytes - 1);
  const block = (): number => rng.integer(0, Math.max(0, blocks - 1));
  switch (kind) {
    case 'flip':
      return flip(byte(), rng.integer(0, 7));
    case 'cut':
      return cut(Math.min(sizeBytes - 1, Math.max(0, block() * blockBytes + rng.integer(-1, 1))));
    case 'swap':
      return swap(block(), block());
    case 'repeat':
      return repeat(block());
    case 'insert': {
      const content = rng.pick([
        Buffer.alloc(1),
        rng.bytes(1),
        rng.bytes(7),
        Buffer.alloc(blockBytes),
        rng.bytes(blockBytes),
      ]);
      return insert(rng.integer(0, 1) === 0 ? byte() : block() * blockBytes, content);
    }
  }
}
