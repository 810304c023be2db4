/** What the documents of a run may come to together: a share for each file, one budget beyond, and nothing refused below. */
import { describe, expect, it } from 'vitest';
import { DocumentBudget } from '../../src/archive/document-budget.js';

const share = { bytes: 1024 * 1024, values: 50_000 };
const values = (count: number): Buffer =>
  Buffer.from(
    `[${Array(count - 1)
      .fill(0)
      .join(',')}]`,
  );
const bytes = (count: number): Buffer => Buffer.alloc(count, ' ');
const budgetOf = (runDocumentsBytes: number, runDocumentValues: number): DocumentBudget =>
  new DocumentBudget({ runDocumentsBytes, runDocumentValues, documentKeyBytes: 10 });

describe('the documents of a file', () => {
  it('draw on no budget within their share, however many files there are', () => {
    const budget = budgetOf(1, 1);
    const takes = Array.from({ length: 50 }, () => budget.account().take(values(40_000)));
    expect(new Set(takes)).toEqual(new Set([null]));
  });

  it('draw on it beyond, at the cap and one past: values', () => {
    const account = budgetOf(1_000_000, 100).account();
    expect(account.take(values(share.values))).toBe(null);
    expect(account.take(values(100))).toBe(null);
    expect(account.take(values(2))).toMatch(/^runDocumentValues: /);
  });

  it('draw on it beyond, at the cap and one past: bytes', () => {
    const account = budgetOf(100, 1_000_000).account();
    expect(account.take(bytes(share.bytes))).toBe(null);
    expect(account.take(bytes(100))).toBe(null);
    expect(account.take(bytes(1))).toMatch(/^runDocumentsBytes: /);
  });

  it('take nothing where they are refused: what is smaller still fits', () => {
    const account = budgetOf(100, 100).account();
    expect(account.take(bytes(share.bytes + 101))).not.toBe(null);
    expect(account.take(bytes(share.bytes + 100))).toBe(null);
  });

  it('share one budget with those of other files', () => {
    const budget = budgetOf(100, 100);
    expect(budget.account().take(bytes(share.bytes + 60))).toBe(null);
    expect(budget.account().take(bytes(share.bytes + 60))).not.toBe(null);
    expect(budget.account().take(bytes(share.bytes + 40))).toBe(null);
  });
});

describe('a key of a document', () => {
  const take = (text: string): string | null => budgetOf(100, 100).account().take(Buffer.from(text));
  const long = 'k'.repeat(11);

  it.each([
    ['at the limit', `{"${'k'.repeat(10)}":1}`],
    ['a long text as a value', `{"a":"${long}"}`],
    ['a long text in a list', `["${long}" , "${long}"]`],
    ['a long text with a colon behind a quote in it', `["\\"${long}\\":"]`],
    ['a text that is not closed', `"${long}`],
    ['a text that ends in a backslash', `"${long}\\`],
  ])('is taken: %s', (_, text) => {
    expect(take(text)).toBe(null);
  });

  it.each([
    ['alone', `{"${long}":1}`],
    ['before blanks', `{"${long}" \t\r\n :1}`],
    ['with quotes in it', `{"kkkkk\\"kkkkk":1}`],
    ['behind a long value', `{"a":"${long}","${long}":1}`],
  ])('is refused one past: %s', (_, text) => {
    expect(take(text)).toMatch(/^documentKeyBytes: /);
  });

  it('does not count what stands in texts as values', () => {
    const account = budgetOf(1_000_000, 1).account();
    expect(account.take(Buffer.from(JSON.stringify([',[{'.repeat(60_000)])))).toBe(null);
    expect(account.take(Buffer.from(JSON.stringify(Array(60_000).fill(0))))).toMatch(/^runDocumentValues: /);
  });
});
