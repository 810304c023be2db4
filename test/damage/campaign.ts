/**
 * Damages an archive or layout in many ways, one at a time, and scans each: nothing may throw, and what is called ok must
 * still hold every byte that a digest covers. By itself each target gets a fixed number of damages from a fixed seed;
 * `npm run damage -- SECONDS [SEED]` shares that time among all, and `VARVE_DAMAGE=whole` gives those of the corpus, which are
 * many, as many damages as a sample.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import process from 'node:process';
import { afterAll, expect } from 'vitest';
import type { ArchiveRecord } from '../../src/model/results/inventory.js';
import { scan } from '../../src/scan/scan.js';
import { type SeededRandom, seededRandom } from '../helpers/archive-builder.js';
import type { DamageFacts, Outcomes } from './damage-table.js';
import { cut, cutsOf, type Damage, type DamageKind, damageKinds, flip, randomDamage } from './damages.js';
import { type Coverage, coverageOf, type Files, filesOfTar, lost, unpacked } from './digest-oracle.js';

const { VARVE_DAMAGE_SECONDS: seconds, VARVE_DAMAGE_SEED: seed = '20261124', VARVE_FACTS: factsFolder } = process.env;

export interface Target {
  readonly name: string;
  /** A file or a folder. */
  readonly path: string;
}

type Counts = Readonly<Record<DamageKind, number>>;

/** What there is to damage: files at their paths, and what the whole is without damage. */
interface Bench {
  readonly root: string;
  readonly files: readonly { readonly path: string; readonly bytes: Buffer }[];
  readonly clean: ArchiveRecord | undefined;
  readonly coverage: Coverage | null;
}

const tallies = new Map<DamageKind, Outcomes>();
const shares = { archives: 0, digestBytes: 0, contentBytes: 0, openBytes: 0 };
const folder = mkdtempSync(join(tmpdir(), 'varve-damage-'));

/** Damages one target. `targets`: how many share the time; `part`: of the damages that there are without a time. */
export async function damageAll(target: Target, targets: number, part = 1): Promise<void> {
  const counts = partOf(part);
  const bench = await setUp(target);
  const rng = seededRandom(Number(seed));
  const deadline = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + (Number(seconds) * 1000) / targets;
  let tried = 0;
  for (const [file, damage] of damagesOf(bench, rng, counts)) {
    const { path, bytes } = bench.files[file] ?? { path: '', bytes: Buffer.alloc(0) };
    const damaged = damage.apply(bytes);
    if (damaged.equals(bytes)) continue;
    writeFileSync(path, damaged);
    await scanOne(bench, damage, `${relative(folder, path)}: ${damage.kind} ${damage.where}`);
    writeFileSync(path, bytes);
    tried++;
    if (Date.now() > deadline) break;
  }
  expect(tried).toBeGreaterThan(0);
}

/** Sets a target up and adds its share of covered bytes; the program's figures must be the oracle's. */
async function setUp({ path, name }: Target): Promise<Bench> {
  const root = join(folder, name);
  cpSync(path, root, { recursive: true, dereference: true });
  const paths = statSync(root).isDirectory() ? filesBelow(root) : [root];
  const files = paths.map((file) => ({ path: file, bytes: readFileSync(file) }));
  const archives = await scanned(root);
  const [clean] = archives;
  const isOk = archives.length === 1 && clean?.status === 'ok';
  const all = isOk ? await filesAt(root) : null;
  // Documents of v1 name no digest, whatever else lies beside them.
  const coverage = all === null ? null : coverageOf(clean?.format === 'docker-v1' ? new Map() : all);
  if (coverage !== null) addShares(clean as ArchiveRecord, coverage, name);
  return { root, files: files.filter(({ bytes }) => bytes.length > 0), clean: isOk ? clean : undefined, coverage };
}

function addShares(record: ArchiveRecord, { whole, inside }: Coverage, name: string): void {
  const sum = (bytes: ReadonlyMap<string, number>): number => [...bytes.values()].reduce((a, b) => a + b, 0);
  const [digestBytes, contentBytes] = [sum(whole), sum(inside)];
  const openBytes = (record.tarBytes ?? 0) - digestBytes - contentBytes;
  expect(record.coverage, name).toEqual({ digestBytes, contentBytes, openBytes });
  shares.archives += 1;
  shares.digestBytes += digestBytes;
  shares.contentBytes += contentBytes;
  shares.openBytes += openBytes;
}

async function scanOne(bench: Bench, { kind }: Damage, where: string): Promise<void> {
  const outcomes = tallies.get(kind) ?? { tried: 0, found: 0, remarked: 0, silent: 0, survived: 0 };
  tallies.set(kind, outcomes);
  outcomes.tried++;
  const archives = await scanned(bench.root).catch((error: unknown) => {
    throw new Error(`the scan threw: ${where}`, { cause: error });
  });
  const { clean, coverage } = bench;
  const isOk = archives.length > 0 && archives.every(({ status }) => status === 'ok');
  if (clean === undefined || coverage === null) outcomes.survived++;
  else if (isOk) {
    expect(lost(coverage, (await filesAt(bench.root)) ?? new Map()), where).toEqual([]);
    const codes = (records: readonly ArchiveRecord[]): string =>
      JSON.stringify(records.map(({ findings }) => findings.map(({ code, message }) => [code, message])));
    outcomes[codes(archives) === codes([clean]) ? 'silent' : 'remarked']++;
  } else outcomes.found++;
}

async function scanned(root: string): Promise<readonly ArchiveRecord[]> {
  return (await scan([root], { workers: 0 })).archives;
}

/** The files in an archive or folder; null where its compression cannot be undone here. */
async function filesAt(root: string): Promise<Files | null> {
  if (statSync(root).isDirectory()) {
    return new Map(filesBelow(root).map((path) => [relative(root, path), readFileSync(path)]));
  }
  const tar = await unpacked(readFileSync(root));
  return tar === null ? null : filesOfTar(tar);
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Up to so many damages of a kind without a time given; all there are where they are no more. */
const wholeCounts: Counts = { flip: 400, cut: 150, swap: 60, repeat: 60, insert: 60 };
/** With a time given, every byte of files up to this size is changed, and every cut made, before chance decides. */
const smallBytes = 32 * 1024;

function partOf(part: number): Counts {
  const isWhole = process.env['VARVE_DAMAGE'] === 'whole' || seconds !== undefined;
  const counted = Object.entries(wholeCounts).map(([kind, count]) => [kind, isWhole ? count : Math.ceil(count * part)]);
  return Object.fromEntries(counted) as Counts;
}

/** Damages with the place of their file in the bench; without end where a time is given. */
function* damagesOf({ files }: Bench, rng: SeededRandom, counts: Counts): Generator<[number, Damage]> {
  const places = files.map((_, i) => i);
  for (const i of places) {
    const size = files[i]?.bytes.length ?? 0;
    const part = Math.max(1, Math.round(counts.flip / files.length));
    const cuts = cutsOf(size);
    const all = seconds !== undefined && size <= smallBytes;
    const flips = Array.from({ length: size }, (_, at) => at);
    for (const at of all ? flips : sampled(flips, part, rng)) yield [i, flip(at, rng.integer(0, 7))];
    const cutPart = Math.max(1, Math.round(counts.cut / files.length));
    for (const length of all ? cuts : sampled(cuts, cutPart, rng)) yield [i, cut(length)];
  }
  const others = damageKinds.filter((kind) => kind === 'swap' || kind === 'repeat' || kind === 'insert');
  const random = (kind: DamageKind): [number, Damage] => {
    const i = rng.pick(places);
    return [i, randomDamage(kind, files[i]?.bytes.length ?? 0, rng)];
  };
  for (const kind of others) for (let n = 0; n < counts[kind]; n++) yield random(kind);
  while (seconds !== undefined) yield random(rng.pick([...damageKinds]));
}

/** Up to so many of a list, one from each of as many equal parts. */
function sampled(list: readonly number[], count: number, rng: SeededRandom): number[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * list.length) / count);
    const end = Math.floor(((i + 1) * list.length) / count);
    return list[rng.integer(start, end - 1)] ?? 0;
  });
}

/** The name of a file as a target. */
export function targetOf(path: string): Target {
  return { name: basename(path), path };
}

/** Milliseconds that a test of one target may take. */
export const timeout = seconds === undefined ? 5 * 60_000 : Number(seconds) * 1000 + 5 * 60_000;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (factsFolder === undefined || shares.archives === 0) return;
  const name = basename(expect.getState().testPath ?? 'suite', '.test.ts');
  const suite = name === 'samples' ? 'The samples' : 'The corpus of archives that other tools wrote';
  const facts: DamageFacts = { suite, kinds: Object.fromEntries(tallies), shares };
  writeFileSync(join(factsFolder, `damage-${name}.json`), JSON.stringify(facts));
});
