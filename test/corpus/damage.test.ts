/** Every archive and layout of the corpus, damaged as the samples are in test/damage, a quarter as often for each. */
import { expect, it } from 'vitest';
import { damageAll, timeout } from '../damage/campaign.js';
import { corpusItems } from './truth.js';

const targets = corpusItems();

it('the corpus that is damaged is there', () => {
  expect(targets.length).toBeGreaterThan(80);
});

it.each(targets)('$name, damaged, is never ok without a byte that a digest covers', { timeout }, (target) =>
  damageAll(target, targets.length, 1 / 4),
);
