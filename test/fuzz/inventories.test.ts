/**
 * Inventories from anyone: what the reader takes, every analysis takes, and what they print fits its schema; what it
 * refuses, it refuses with its own error.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { diskUsage } from '../../src/analysis/bytes/disk-usage.js';
import { reportOf } from '../../src/analysis/bytes/report.js';
import { verification } from '../../src/analysis/faults/verification.js';
import { layerList } from '../../src/analysis/set/layers.js';
import { VarveError } from '../../src/model/error.js';
import { reportSchema, verificationSchema } from '../../src/model/results/results.js';
import { parseInventory } from '../../src/scan/read-inventory.js';
import { randomInventory } from '../helpers/random-inventory.js';
import { fuzz, outcome, timeout } from './budget.js';
import { mutate, mutation } from './mutations.js';

/** Random inventories as JSON, whole, with changed bytes, or with one value in place of another. */
const texts = fc
  .tuple(
    randomInventory(),
    fc.array(mutation, { maxLength: 2 }),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }),
  )
  .map(([inventory, changes, moves]) => {
    const text = moves.reduce(moveValue, JSON.stringify(inventory));
    return changes.reduce(mutate, Buffer.from(text)).toString();
  });

/** Puts one scalar of a JSON text in the place of another, which mostly leaves JSON. */
function moveValue(text: string, [from, to]: readonly [number, number]): string {
  const scalars = [...text.matchAll(/(?<=[:[,])(?:"[^"\\]*"|-?\d+|true|false|null)(?=[,\]}])/g)];
  const source = scalars[from % scalars.length];
  const target = scalars[to % scalars.length];
  if (source === undefined || target === undefined) return text;
  return `${text.slice(0, target.index)}${source[0]}${text.slice(target.index + target[0].length)}`;
}

it('an inventory is refused, or every analysis takes it', { timeout }, () =>
  fuzz('inventories', 3000, texts, (text) => {
    const read = outcome(
      () => parseInventory(text),
      (error) => error instanceof VarveError,
    );
    const inventory =
      'value' in read
        ? read.value
        : parseInventory(
            '{"kind":"varve.inventory","schemaVersion":1,"verified":true,"archives":[],"skipped":[],"passedOver":0}',
          );
    expect(reportSchema.safeParse(reportOf(inventory)).error).toBeUndefined();
    expect(verificationSchema.safeParse(verification(inventory)).error).toBeUndefined();
    expect(layerList(inventory).layers.every(({ storedBytes }) => storedBytes >= 0)).toBe(true);
    expect(diskUsage(inventory).kind).toBe('varve.df');
  }),
);
