/** The samples, damaged in every way: whatever is called ok has every byte that a digest covers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { damageAll, targetOf, timeout } from './campaign.js';

const targets = readdirSync('samples')
  .filter((name) => /\.tar(?:\.gz)?$|^mirror$/.test(name))
  .map((name) => targetOf(join('samples', name)));

it('there are twelve samples to be damaged', () => {
  expect(targets).toHaveLength(12);
});

it.each(targets)('$name, damaged, is never ok without a byte that a digest covers', { timeout }, (target) =>
  damageAll(target, targets.length),
);
