/**
 * The tables of bench/README.md, made from bench/results. Each stands between two comments that name it; the text around
 * them is written by hand. A test holds the page to the results.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import {
  type Case,
  type Goal,
  type Growth,
  growthSchema,
  type Hot,
  hotSchema,
  type Machine,
  type Peers,
  peersSchema,
  type ResultName,
  readResult,
  resultPath,
  type Writes,
  writesSchema,
} from './results.js';

const page = 'bench/README.md';

/** Writes the tables anew. */
export function writeTables(): void {
  writeFileSync(page, withTables(readFileSync(page, 'utf8')));
}

/** The page with the tables as the results have them; a table without results says so. */
export function withTables(text: string): string {
  const peers = readIfThere('peers', () => readResult('peers', peersSchema));
  const writes = readIfThere('writes', () => readResult('writes', writesSchema));
  const hot = readIfThere('hot', () => readResult('hot', hotSchema));
  const growth = readIfThere('growth', () => readResult('growth', growthSchema));
  const tables: Readonly<Record<string, readonly string[]>> = {
    goals: peers === null ? notRun : goalTable(peers),
    growth: growth === null ? notRun : growthTable(growth),
    peers: peers === null ? notRun : peerTables(peers),
    writes: writes === null ? notRun : writesTables(writes),
    hot: hot === null ? notRun : hotTable(hot),
  };
  return Object.entries(tables).reduce((all, [name, lines]) => withTable(all, name, lines), text);
}

const notRun: readonly string[] = ['Not run.'];

function readIfThere<T>(name: ResultName, read: () => T): T | null {
  return existsSync(resultPath(name)) ? read() : null;
}

function withTable(text: string, name: string, lines: readonly string[]): string {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const from = text.indexOf(start);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new RangeError(`${page} has no place for ${name}`);
  return `${text.slice(0, from)}${start}\n${lines.join('\n')}\n\n${text.slice(to)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)];
}

/** What was measured, and when and where: two lines of one paragraph. */
function machineLines({ processor, processors, memoryBytes, system, node, varve, date, load }: Machine): string[] {
  const memory = `${Math.round(memoryBytes / 1e9)} GB of memory`;
  return [
    `${date}, Varve ${varve}, Node ${node}, load before it began: ${load ?? 'not told'}.`,
    `${system}, ${processor}, ${processors} processors, ${memory}.`,
  ];
}

function goalTable({ rates, ...peers }: Peers): string[] {
  const limits = Object.entries(rates).map(([name, rate]) => `${name} ${(rate / 1e9).toFixed(2)}`);
  return [
    ...goalRows(peers),
    '',
    `Rates behind the first two rows, GB/s of all processors together: ${limits.join(', ')}.`,
  ];
}

function writesTables(writes: Writes): string[] {
  return [...goalRows(writes), '', ...peerTables(writes)];
}

function goalRows({ machine, goals, rounds, comparisons }: Omit<Writes, 'kind'>): string[] {
  const most = Math.max(...comparisons.flatMap(({ cases }) => cases.map((each) => each.rounds)));
  const rows = goals.map((row) => [
    row.what,
    row.figure,
    `${row.atLeast ? '≥' : '≤'} ${figure(row.target, row.unit)}`,
    row.measured === null ? 'not run' : figure(row.measured, row.unit),
    row.met === null ? '' : row.met ? 'yes' : '**no**',
    row.remark ?? '',
  ]);
  return [
    ...machineLines(machine),
    `Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}${most > rounds ? `, of up to ${most} where they are short` : ''}.`,
    '',
    ...table(['what', 'figure', 'to be', 'is', 'met', ''], rows),
  ];
}

function figure(value: number, unit: Goal['unit']): string {
  return unit === 'x' ? `${value} ×` : `${value} ${unit}`;
}

function peerTables({ comparisons, sets, versions }: Omit<Peers, 'kind' | 'rates'>): string[] {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version ?? '(not there)'}`);
  const setRows = sets.map(({ name, about, files, sizeBytes }) => [name, about, `${files}`, megabytes(sizeBytes)]);
  return [
    `${named.join(', ')}.`,
    '',
    ...table(['set', 'is', 'files', 'size'], setRows),
    ...comparisons.flatMap(({ about, cases }) => [
      '',
      `${about[0]?.toUpperCase()}${about.slice(1)}:`,
      '',
      ...caseTable(cases),
    ]),
  ];
}

/** What is written is a column of its own where it was counted. */
function caseTable(cases: readonly Case[]): string[] {
  const head = ['command', 'rounds', 'median', 'least', 'most', 'peak memory'];
  if (cases.every(({ writtenBytes }) => writtenBytes === undefined)) return table(head, cases.map(caseRow));
  const written = ({ medianMs, writtenBytes = null }: Case): string => {
    if (medianMs === null) return '';
    return writtenBytes === null ? 'not measured' : megabytes(writtenBytes);
  };
  return table(
    [...head, 'written'],
    cases.map((each) => [...caseRow(each), written(each)]),
  );
}

function caseRow({ shown, notRun: reason, rounds, medianMs, leastMs, mostMs, peakBytes }: Case): string[] {
  if (medianMs === null || leastMs === null || mostMs === null)
    return [`\`${shown}\``, '', `not run: ${reason}`, '', '', ''];
  const peak = peakBytes === null ? 'not measured' : megabytes(peakBytes);
  return [`\`${shown}\``, `${rounds}`, seconds(medianMs), seconds(leastMs), seconds(mostMs), peak];
}

function growthTable({ machine, series }: Growth): string[] {
  const rows = series.map(({ what, unit, points, exponent }) => [
    what,
    `${points.map(({ size }) => size.toLocaleString('en-US')).join(', ')} ${unit}`,
    points.map(({ medianMs }) => seconds(medianMs)).join(', '),
    exponent.toFixed(2),
    exponent <= 1.05 ? 'yes' : '**no**',
  ]);
  return [...machineLines(machine), '', ...table(['what', 'over', 'medians', 'exponent', '≤ 1.05'], rows)];
}

function hotTable({ machine, tasks }: Hot): string[] {
  const rows = tasks.map(({ suite, name, unit, amount, medianMs, marginPercent }) => [
    suite,
    name,
    perSecond((amount / medianMs) * 1000, unit),
    `± ${marginPercent.toFixed(1)} %`,
  ]);
  return [...machineLines(machine), '', ...table(['suite', 'function', 'median', 'margin'], rows)];
}

function perSecond(value: number, unit: string): string {
  if (unit === 'bytes') return `${megabytes(value)}/s`;
  return `${Number(value.toPrecision(3)).toLocaleString('en-US')} ${unit}/s`;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e6).toPrecision(2)} MB` : `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${Number(ms.toPrecision(3))} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
