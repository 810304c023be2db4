/** What a whole run may hold: a share for each file, all shares bounded together, and one budget beyond. */

import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/model/limits.js';
import { RunBudget } from '../../../src/model/work/run-budget.js';

const budgetOf = (runImages: number): RunBudget => new RunBudget({ ...limits, runImages });

describe('what a run may hold', () => {
  it('is not drawn on by a file within its share', () => {
    const budget = budgetOf(1);
    const answers = Array.from({ length: 500 }, () => budget.account().take('runImages', 100));
    expect(new Set(answers)).toEqual(new Set([null]));
  });

  it('is drawn on beyond, to the limit and not past it, and a file that is refused takes nothing from others', () => {
    const budget = budgetOf(10);
    const greedy = budget.account();
    expect(greedy.take('runImages', 111)).toMatch(/^runImages: .* the limit is 10; set the limit runImages higher/);
    expect(greedy.take('runImages', 110)).toBe(null);
    expect(greedy.take('runImages', 1)).toMatch(/^runImages: /);
    expect(budget.account().take('runImages', 100)).toBe(null);
    expect(budget.account().take('runImages', 101)).not.toBe(null);
  });

  it('is drawn on for the shares too when those of all files are used up', () => {
    const budget = budgetOf(10);
    for (let i = 0; i < 1000; i++) budget.account().take('runImages', 100);
    expect(budget.account().take('runImages', 10)).toBe(null);
    expect(budget.account().take('runImages', 1)).toMatch(/^runImages: /);
  });

  it('is left as it is by what is refused, however often', () => {
    const budget = budgetOf(10);
    const greedy = budget.account();
    for (let i = 0; i < 2000; i++) expect(greedy.take('runImages', 200)).not.toBe(null);
    expect(budget.account().take('runImages', 100)).toBe(null);
  });

  it('is another thing for images, names, layers and findings', () => {
    const account = budgetOf(1).account();
    expect(account.take('runImages', 1000)).not.toBe(null);
    expect(account.take('runImageNames', 1000)).toBe(null);
    expect(account.take('runListedLayers', 10_000)).toBe(null);
    expect(account.take('runFindingBytes', 1_000_000)).toBe(null);
  });
});
