/** The file that says which digests have changed: written before the pack takes its place, and put in its own right after. */
import { statSync } from 'node:fs';
import { newFile } from '../content/new-output.js';
import { VarveError } from '../model/error.js';
import type { DigestMap, Pack } from '../model/results/pack.js';
import type { PlacedScan } from '../scan/scan.js';
import { pathsAt } from '../sources/location.js';
import { type WriteSettings, type WrittenPlan, writePack } from './write-pack.js';

/** Where the digests go. */
export interface MapFile {
  readonly path: string;
  /** What it calls the pack; null for standard output. */
  readonly output: string | null;
}

/** Writes the plan, and with it the file for the digests: where the one is not written, the other stays as it was. */
export async function writeWithMap(
  written: WrittenPlan,
  result: Pack,
  settings: WriteSettings & { readonly map: MapFile | null },
): ReturnType<typeof writePack> {
  const map = settings.map === null || settings.dryRun ? null : newFile(settings.map.path);
  try {
    map?.write('', Buffer.from(digestMapText(result, settings.map?.output ?? null)), 0);
    const outcome = await writePack(written, settings);
    if (outcome.failures.size === 0) map?.commit();
    return outcome;
  } finally {
    map?.abandon();
  }
}

function digestMapText({ recoded }: Pack, output: string | null): string {
  const { manifests, indexes, layers } = recoded ?? { manifests: [], indexes: [], layers: [] };
  const map: DigestMap = { kind: 'varve.digest-map', schemaVersion: 1, output, manifests, indexes, layers };
  return `${JSON.stringify(map, null, 2)}\n`;
}

/** Throws VarveError `usage` where the file for the digests is one of those that are packed. */
export function refuseInputAsMap(map: MapFile | null, { places }: PlacedScan): void {
  const existing = map === null ? undefined : statSync(map.path, { throwIfNoEntry: false });
  if (map === null || existing === undefined) return;
  const paths = new Set<string>();
  for (const own of places)
    for (const { location } of own?.bodies ?? []) for (const path of pathsAt(location)) paths.add(path);
  for (const path of paths) {
    const input = statSync(path, { throwIfNoEntry: false });
    if (input?.dev !== existing.dev || input.ino !== existing.ino) continue;
    throw new VarveError('usage', `${map.path} is an input (${path}) and would be overwritten by the map of digests`);
  }
}
