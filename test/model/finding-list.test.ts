/** As many findings as the limit allows, and the number of the others. */
import { describe, expect, it } from 'vitest';
import { type Finding, finding, weightOf } from '../../src/model/finding.js';
import { FindingList, NotCheckedList } from '../../src/model/finding-list.js';
import { limits } from '../../src/model/limits.js';
import { RunBudget } from '../../src/model/work/run-budget.js';

const hint = (i: number): Finding => finding('file-unreferenced', `no. ${i}`);
const listOf = (limit: number, findings: readonly Finding[]): Finding[] => {
  const list = new FindingList(limit, null);
  for (const each of findings) list.addOnce(each);
  return list.all();
};
const total = (findings: readonly Finding[]): number => findings.reduce((sum, found) => sum + weightOf(found), 0);
const many = Array.from({ length: 50 }, (_, i) => hint(i));

describe('the findings of an archive', () => {
  it('are all listed up to the limit, in their order', () => {
    expect(listOf(50, many)).toEqual(many);
  });

  it('are counted beyond it, by one that names the limit and how to raise it', () => {
    const listed = listOf(49, many);
    expect(listed.slice(0, 49)).toEqual(many.slice(0, 49));
    expect(listed.slice(49)).toMatchObject([{ code: 'file-unreferenced', severity: 'hint', subject: null, count: 1 }]);
    expect(listed[49]?.message).toMatch(/^and 1 more .*findings: .* the limit is 49; set the limit findings higher/);
  });

  it('of one code do not crowd out those of another', () => {
    const error = finding('digest-mismatch', 'the one that counts');
    const listed = listOf(3, [...many, error]);
    expect(listed.map(({ code, count }) => [code, count])).toEqual([
      ['file-unreferenced', undefined],
      ['file-unreferenced', undefined],
      ['file-unreferenced', undefined],
      ['digest-mismatch', undefined],
      ['file-unreferenced', 47],
    ]);
  });

  it('that come by several ways count once, listed or not', () => {
    expect(total(listOf(3, [...many, ...many]))).toBe(50);
    const thousands = Array.from({ length: 200_000 }, (_, i) => hint(i));
    expect(total(listOf(3, thousands))).toBe(200_000);
  });

  it('that another list has counted stay counted', () => {
    const list = new FindingList(10, null);
    for (const found of listOf(10, many)) list.add(found);
    list.add(hint(51));
    expect(list.all()).toHaveLength(11);
    expect(total(list.all())).toBe(51);
  });
});

describe('the findings of a run', () => {
  const long = (i: number): Finding => finding('blob-missing', 'x'.repeat(5000), { subject: `${i}` });
  const account = (runFindingBytes: number) => new RunBudget({ ...limits, runFindingBytes }).account();

  it('are listed as long as it may hold their bytes, beyond the share of each file', () => {
    const list = new FindingList(1000, account(20_000));
    for (let i = 0; i < 50; i++) list.addOnce(long(i));
    const all = list.all();
    expect([all.length, total(all)]).toEqual([6 + 1, 50]);
    expect(all.at(-1)?.message).toMatch(/^and 44 more .*runFindingBytes: .* the limit is 20000; set the limit/);
  });

  it('are listed once for each code however little it may hold, so that each is known by an example', () => {
    const empty = account(1);
    empty.take('runFindingBytes', 16 * 1024);
    const list = new FindingList(1000, empty);
    for (let i = 0; i < 5; i++) list.addOnce(hint(i));
    expect(list.all().map(({ message, count }) => [message.slice(0, 10), count])).toEqual([
      ['no. 0', undefined],
      ['and 4 more', 4],
    ]);
  });

  it('are asked for once, though two lists hold them', () => {
    const own = account(1);
    const first = new FindingList(1000, own);
    for (let i = 0; i < 3; i++) first.addOnce(long(i));
    const second = new FindingList(1000, own);
    for (const found of first.all()) second.add(found, true);
    expect(second.all()).toEqual(first.all());
  });
});

describe('what was not checked of an archive', () => {
  const listed = (limit: number, things: readonly string[], runFindingBytes: number = limits.runFindingBytes) => {
    const budget = new RunBudget({ ...limits, runFindingBytes });
    const list = new NotCheckedList({ notChecked: limit }, budget.account());
    for (const thing of things) list.add(thing, 'why');
    return list;
  };
  const names = Array.from({ length: 50 }, (_, i) => `n${i}`);

  it('is listed up to the limit, each thing once', () => {
    const all = listed(50, [...names, ...names]).all('a.tar');
    expect(all).toEqual(names.map((subject) => ({ subject, reason: 'why' })));
  });

  it('is counted beyond it, by one that names the limit and how to raise it', () => {
    const all = listed(49, [...names, ...names]).all('a.tar');
    expect(all).toHaveLength(50);
    expect(all.at(-1)).toMatchObject({ subject: 'a.tar', count: 1 });
    expect(all.at(-1)?.reason).toMatch(/^and 1 more .*notChecked: .* the limit is 49; set the limit notChecked higher/);
  });

  it('is counted where the run may hold no more of it', () => {
    const all = listed(
      1000,
      Array.from({ length: 50 }, (_, i) => `${i}${'x'.repeat(5000)}`),
      1,
    ).all('a.tar');
    expect([all.length, all.at(-1)?.count]).toEqual([4, 47]);
    expect(all.at(-1)?.reason).toContain('runFindingBytes: ');
  });

  it('stays counted where another list has counted it', () => {
    const second = listed(49, []);
    second.addHeld(listed(49, names).all('a.tar'));
    for (const thing of [...names.slice(0, 49), 'other']) second.add(thing, 'why');
    expect(
      second
        .all('a.tar')
        .map(weightOf)
        .reduce((a, b) => a + b),
    ).toBe(51);
  });
});
