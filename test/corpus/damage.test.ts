/** Every archive and layout of the corpus, damaged as the samples are in test/damage. */
import { expect, test } from 'vitest';
import { damageAll, timeout } from '../damage/campaign.js';
import { corpusItems } from './truth.js';

const targets = corpusItems();

test('the corpus is there', () => {
  expect(targets.length).toBeGreaterThan(80);
});

test.each(targets)('$name, damaged, is never ok without a byte that a digest covers', { timeout }, (target) =>
  damageAll(target, targets.length),
);
