/**
 * Tars of many seeds, read by Go's own archive/tar, by other readers of the field, and by us: every difference that no
 * finding tells is printed, and makes the run fail. Needs Go, and for the others GNU tar, libarchive, Python and BusyBox;
 * `tar-readings.txt` holds the answers for the first seeds, so that the tests need none of them.
 *
 *   npm run fuzz:tars -- go [COUNT [FIRST]]         100,000 tars, from seed 0, unless told
 *   npm run fuzz:tars -- others [COUNT [FIRST]]     the same, with all readers
 *   npm run fuzz:tars -- record [COUNT]             writes the answers for so many seeds anew, 4,000 unless told
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { generatedTar } from './tar-generator.js';
import { answerOf, differenceFrom, ownReading, type Reading } from './tar-readings.js';

const batch = 2000;
const program = join(import.meta.dirname, 'go-tar/go-tar');
const testFolder = join(import.meta.dirname, '../../../test/fuzz');
const shown = 20;

/** Go's reading of each of these tars. */
function askGo(tars: readonly Buffer[]): Reading[] {
  const input = Buffer.concat(
    tars.flatMap((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
  const { stdout, status, error } = spawnSync(program, { input, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} failed; bash test/fuzz/go-tar/build.sh builds it`, { cause: error });
  const lines = stdout.toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Reading);
}

/** Go's readings for seeds, by batches. */
function* readings(first: number, count: number): Generator<{ seed: number; bytes: Buffer; reading: Reading }> {
  for (let at = first; at < first + count; at += batch) {
    const tars = Array.from({ length: Math.min(batch, first + count - at) }, (_, i) => generatedTar(at + i));
    for (const [i, reading] of askGo(tars).entries()) {
      yield { seed: at + i, bytes: tars[i] ?? Buffer.alloc(0), reading };
    }
  }
}

/** For each tar the letters of the other readers that see other entries. */
function askOthers(cases: readonly { bytes: Buffer; reading: Reading }[]): string[] {
  const input = cases.map(({ bytes, reading: { entries, end } }) =>
    JSON.stringify({ tar: bytes.toString('base64'), entries: end === 'end' ? entries : null }),
  );
  const script = join(testFolder, 'other-readers.py');
  const { stdout, stderr, status } = spawnSync('python3', [script], {
    input: `${input.join('\n')}\n`,
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return stdout.toString().split('\n').slice(0, cases.length);
}

/** Asks Go, and the others where they are to be asked; prints what no finding tells. */
function compare(first: number, count: number, withOthers: boolean): number {
  const tally = new Map<string, number>();
  let differences = 0;
  const report = (seed: number, difference: string): void => {
    if (differences++ < shown) console.log(`seed ${seed}: ${difference}`);
  };
  for (let at = first; at < first + count; at += batch) {
    const cases = [...readings(at, Math.min(batch, first + count - at))];
    const others = withOthers ? askOthers(cases) : [];
    for (const [i, { seed, bytes, reading }] of cases.entries()) {
      const answer = answerOf(reading, others[i]);
      const kind = `${reading.end}${others[i] ? `, others: ${others[i]}` : ''}`;
      tally.set(kind, (tally.get(kind) ?? 0) + 1);
      const difference = differenceFrom(answer, ownReading(bytes));
      if (difference !== null) report(seed, difference);
    }
  }
  for (const [kind, times] of tally) console.log(`${times.toLocaleString('en-US').padStart(10)} ${kind}`);
  console.log(
    `${differences} differences that no finding tells, in ${count.toLocaleString('en-US')} tars from seed ${first}`,
  );
  return differences;
}

/** Writes the answers for the first seeds anew. */
function record(count: number): number {
  const cases = [...readings(0, count)];
  const others = askOthers(cases);
  const lines = cases.map(({ reading }, i) => answerOf(reading, others[i]));
  writeFileSync(join(testFolder, 'tar-readings.txt'), `${lines.join('\n')}\n`);
  return 0;
}

const [mode = 'go', count, first] = process.argv.slice(2);
const isRecord = mode === 'record';
const failed = isRecord
  ? record(Number(count ?? 4000))
  : compare(Number(first ?? 0), Number(count ?? 100_000), mode === 'others');
process.exitCode = failed === 0 ? 0 : 1;
