/** What a campaign of damage came to, as a table of Markdown. */
import type { DamageKind } from './damages.js';

/** What came of damages of one kind. Only of targets that are ok as they are can damage be found. */
export interface Outcomes {
  tried: number;
  /** Failed or unreadable. */
  found: number;
  /** Ok, with other findings than before; every covered byte was there. */
  remarked: number;
  /** Ok as before; every covered byte was there. */
  silent: number;
  /** Of a target that is not ok as it is: the scan ended in order. */
  survived: number;
}

export interface DamageFacts {
  readonly suite: string;
  readonly kinds: Readonly<Partial<Record<DamageKind, Outcomes>>>;
  /** Of the targets that are ok as they are; bytes of their tars. */
  readonly shares: {
    readonly archives: number;
    readonly digestBytes: number;
    readonly contentBytes: number;
    readonly openBytes: number;
  };
}

const words: Readonly<Record<DamageKind, string>> = {
  flip: 'a bit flipped',
  cut: 'cut off',
  swap: 'two blocks swapped',
  repeat: 'a block repeated',
  insert: 'bytes inserted',
};

const figure = (count: number): string => count.toLocaleString('en-US');

export function damageTable({ suite, kinds, shares }: DamageFacts): string {
  const rows = Object.entries(kinds).map(([kind, { tried, found, remarked, silent, survived }]) => {
    const cells = [words[kind as DamageKind], ...[tried, found, remarked, silent, survived].map(figure)];
    return `| ${cells.join(' | ')} |`;
  });
  const { archives, digestBytes, contentBytes, openBytes } = shares;
  const totalBytes = digestBytes + contentBytes + openBytes;
  const share = (bytes: number): string => `${((bytes / totalBytes) * 100).toFixed(1)} %`;
  return [
    `### ${suite}`,
    '',
    '| damage | tried | found | ok with a remark | ok as before | of archives that fail anyway |',
    '| --- | --: | --: | --: | --: | --: |',
    ...rows,
    '',
    `Of the ${figure(totalBytes)} bytes of the ${archives} archives and layouts that are ok, a digest covers ${share(digestBytes)} as stored and`,
    `${share(contentBytes)} as unfolded; ${share(openBytes)} no digest covers. In every archive that was called ok, every covered byte was there.`,
    '',
  ].join('\n');
}
