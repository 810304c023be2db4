/** As many findings as the limit allows, and the number of the others. */
import { describe, expect, it } from 'vitest';
import { type Finding, finding, weightOf } from '../../src/model/finding.js';
import { FindingList } from '../../src/model/finding-list.js';

const hint = (i: number): Finding => finding('file-unreferenced', `no. ${i}`);
const listOf = (limit: number, findings: readonly Finding[]): Finding[] => {
  const list = new FindingList(limit);
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
    const list = new FindingList(10);
    for (const found of listOf(10, many)) list.add(found);
    list.add(hint(51));
    expect(list.all()).toHaveLength(11);
    expect(total(list.all())).toBe(51);
  });
});
