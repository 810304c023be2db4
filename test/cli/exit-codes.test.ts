import { expect, it } from 'vitest';
import { exitCodeOf, type Outcome } from '../../src/cli/exit-codes.js';

it.each<[Outcome, number]>([
  ['done', 0],
  ['negative', 1],
  ['usage', 2],
  ['unreadable', 3],
  ['internal', 4],
  ['interrupted', 130],
  ['terminated', 143],
])('a run whose outcome is %s exits with %d', (outcome, code) => {
  expect(exitCodeOf([outcome])).toBe(code);
});

it('a run with no outcome to tell exits with 0', () => {
  expect(exitCodeOf([])).toBe(0);
});

it('of several outcomes the gravest decides the exit code: 4, 130 and 143, 2, 3, 1, 0', () => {
  const order: Outcome[] = ['internal', 'interrupted', 'terminated', 'usage', 'unreadable', 'negative', 'done'];
  const codes = order.map((_, index) => exitCodeOf(order.slice(index).reverse()));
  expect(codes).toEqual([4, 130, 143, 2, 3, 1, 0]);
});
