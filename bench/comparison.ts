/**
 * What the scripts that hold Varve against podman and skopeo share: a podman store of their own, and the tables that
 * count field by field how often both sides say the same. A difference that its reason does not explain, by the figures
 * and not by its name, is kept in `unexplained` and fails the script.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Json = Readonly<Record<string, unknown>>;

/** What is compared of an image: ours and theirs as they are, and once more after what the reason explains. */
export interface Field<Ours, Theirs = Json> {
  readonly field: string;
  readonly ours: (image: Ours) => unknown;
  readonly theirs: (image: Theirs) => unknown;
  readonly reason?: string;
  readonly explained?: (image: Ours, other: Theirs) => boolean;
}

/** One field of many images: how often both sides say the same, and why not where they do not. */
export interface Row {
  readonly field: string;
  readonly reason: string | null;
  same: number;
  readonly different: string[];
}

export const unexplained: string[] = [];

export const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });

export function versions(): string {
  return ['skopeo', 'podman'].map((tool) => run(tool, '--version').trim().replace(' version', '')).join(' and ');
}

/** Runs podman with an empty store; `root` is its folder, which is gone afterwards. */
export function withPodman(use: (podman: (...args: string[]) => string, root: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'varve-podman-'));
  const root = join(folder, 'root');
  try {
    use(
      (...args) => run('podman', '--root', root, '--runroot', join(folder, 'run'), '--storage-driver', 'vfs', ...args),
      root,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compares every pair in every field, and prints the table. */
export function compare<Ours extends { readonly Id: string }, Theirs>(
  title: string,
  fields: readonly Field<Ours, Theirs>[],
  pairs: readonly (readonly [Ours, Theirs])[],
): void {
  const rows = fields.map(({ field, reason }): Row => ({ field, reason: reason ?? null, same: 0, different: [] }));
  for (const [image, other] of pairs) {
    for (const [i, { ours, theirs, explained }] of fields.entries()) {
      count(rows[i], image, { same: equal(ours(image), theirs(other)), explained: explained?.(image, other) ?? false });
    }
  }
  printTable(title, rows);
}

export function count(
  row: Row | undefined,
  { Id }: { readonly Id: string },
  found: { same: boolean; explained: boolean },
): void {
  if (row === undefined) return;
  if (found.same) row.same += 1;
  else row.different.push(Id);
  if (!found.same && !found.explained) unexplained.push(`${row.field} of ${Id}`);
}

export function printTable(title: string, rows: readonly Row[]): void {
  console.log(`## ${title}\n`);
  console.log('| field | equal | differs | why |\n|---|---|---|---|');
  for (const { field, same, different, reason } of rows) {
    console.log(`| \`${field}\` | ${same} | ${different.length} | ${different.length === 0 ? '' : (reason ?? '?')} |`);
  }
  console.log('');
}

/** The last line of the page, and the exit code. */
export function conclude(): void {
  console.log(
    unexplained.length === 0 ? 'Nothing else differs.' : `**Differences without a reason:** ${unexplained.join('; ')}`,
  );
  process.exitCode = unexplained.length === 0 ? 0 : 1;
}

export function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Keys in one order, so that texts compare. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A name as docker shows it. */
export const inDocker = (name: unknown): string => String(name).replace(/^docker\.io\/(?:library\/)?/, '');
