/**
 * What `--in-use` says must stay. A name that is missed here may be removed while it runs, so of several readings of a name
 * all count, a name without its registry means every name that ends so, and what names nothing is told, with what is near
 * it. If something near is about to go, somebody has to look: the run ends with 1 unless `--in-use-lenient` is given.
 */
import { readFile } from 'node:fs/promises';
import type { Protection } from '../../analysis/removal/keep-rules.js';
import { messageOf } from '../../model/error.js';
import { parseInUse } from '../../model/foreign/in-use.js';
import type { Plan } from '../../model/results/plan.js';
import { rowsThatMayBe } from '../../query/find-images.js';
import { familiarNames, type ImageRow } from '../../query/image-row.js';
import { rowsEnding } from '../../query/name-ends.js';
import { nearNames } from '../../query/near-names.js';
import { joinWords, plural } from '../../report/blocks/units.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';
import type { Selection } from './select.js';

const shownNames = 5;

/** Names and IDs, those of one container together. */
export type UsedImages = readonly (readonly string[])[];

/** What in all files of `--in-use` is in use; null where there is none. Throws UsageError. */
export async function readInUse({ inUse }: OptionValues<'in-use'>): Promise<UsedImages | null> {
  if (inUse.length === 0) return null;
  const used = new Map<string, readonly string[]>();
  for (const path of inUse) {
    const told = path === '-' ? 'standard input' : path;
    try {
      for (const names of parseInUse(await readText(path))) used.set(JSON.stringify(names), names);
    } catch (cause) {
      throw new UsageError(`--in-use ${told}: ${messageOf(cause)}`, { cause });
    }
  }
  return [...used.values()];
}

async function readText(path: string): Promise<string> {
  if (path !== '-') return readFile(path, 'utf8');
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

/** The images that are in use, by ID, and the containers whose names name nothing here. */
export interface FoundInUse {
  readonly protections: ReadonlyMap<string, Protection>;
  readonly listed: number;
  readonly found: number;
  readonly missing: UsedImages;
}

/** Looks for what is in use among all images. */
export function findInUse({ all }: Pick<Selection, 'all'>, used: UsedImages): FoundInUse {
  const protections = new Map<string, Protection>();
  const found = new Set<string>();
  for (const name of new Set(used.flat())) {
    const exact = rowsThatMayBe(all, name);
    const rows = exact.length > 0 ? exact : rowsEnding(all, name);
    if (rows.length > 0) found.add(name);
    for (const { id } of rows) if (!protections.has(id)) protections.set(id, { reason: 'in-use', detail: name });
  }
  const missing = used.filter((names) => !names.some((name) => found.has(name)));
  return { protections, listed: new Set(used.flat()).size, found: found.size, missing };
}

/** The same for the plan: of what names nothing, which names are near, and of which of them something goes. */
export function inUseOfPlan(
  { all }: Pick<Selection, 'all'>,
  { listed, found, missing }: FoundInUse,
  plan: Plan,
): Plan['inUse'] {
  const removed = new Set(plan.removed);
  const untagged = new Set(plan.untagged.flatMap(({ id, references }) => references.map((name) => `${id} ${name}`)));
  const goes = ({ id, reference }: ImageRow): boolean => removed.has(id) || untagged.has(`${id} ${reference}`);
  const going = new Set(all.filter(goes).flatMap((row) => familiarNames(row)[0] ?? []));
  return {
    listed,
    found,
    missing: missing.map((names) => {
      const near = [...new Set(names.flatMap((name) => nearNames(all, name)))];
      return { name: names[0] ?? '', near: near.slice(0, shownNames), going: near.filter((name) => going.has(name)) };
    }),
  };
}

/** Says on standard error what is about to go though something near it is in use; true where there is such a thing. */
export async function tellNearInUse(
  { inUse }: Plan,
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<boolean> {
  const near = (inUse?.missing ?? []).filter(({ going }) => going.length > 0);
  if (!quiet) {
    for (const { name, going } of near.slice(0, shownNames)) {
      const more = going.length > shownNames ? ` and ${going.length - shownNames} more` : '';
      const names = joinWords(going.slice(0, shownNames).map((one) => JSON.stringify(one)));
      await tell(io, `--in-use: no image is called ${JSON.stringify(name)}, and ${names}${more}, near it, would go`);
    }
    if (near.length > shownNames)
      await tell(io, `--in-use: ${plural(near.length - shownNames, 'more name')} like that`);
  }
  return near.length > 0;
}
