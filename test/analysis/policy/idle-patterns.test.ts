/** Patterns of rules that fit no image. */
import { expect, it } from 'vitest';
import { idlePatterns } from '../../../src/analysis/policy/idle-patterns.js';
import { parsePolicy } from '../../../src/analysis/policy/policy-file.js';
import { ArchiveDraft, inventoryOf } from '../../helpers/inventory-builder.js';
import { oneImage } from './rule-inventories.js';

const untagged = new ArchiveDraft('b.tar');
untagged.image('b', { localTags: ['7'] });
const lost = new ArchiveDraft('lost.tar', { status: 'unreadable', format: null });
lost.image('c', { references: ['registry.example/lost/app:1'] });
const inventory = inventoryOf([oneImage(), untagged, lost]);
const idle = (rules: string) => idlePatterns(parsePolicy(`rules: ${rules}`, 'policy.yml'), inventory);

it('patterns of images that fit none are told one by one, each with its rule', () => {
  expect(idle("{max-layers: {value: 9, images: ['*/shop/app', 'shpo/*', 'registry.example/lost/*']}}")).toEqual([
    { rule: 'max-layers', pattern: 'shpo/*' },
    { rule: 'max-layers', pattern: 'registry.example/lost/*' },
  ]);
});

it('a pattern that fits none is told once for each rule, whatever number of limits has it', () => {
  const limits = '[{value: 1, images: x}, {value: 2, images: x}]';
  expect(idle(`{max-layers: ${limits}, max-age: {value: 1d, images: x}}`)).toEqual([
    { rule: 'max-layers', pattern: 'x' },
    { rule: 'max-age', pattern: 'x' },
  ]);
});

it('no pattern is told where each fits an image, and where a rule has no limit', () => {
  expect(idle("{max-layers: {value: 9, images: ['*/shop/*:1', '7']}, forbidden-tags: [never]}")).toEqual([]);
});
