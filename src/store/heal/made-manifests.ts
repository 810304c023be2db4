/**
 * Manifests that no archive has: those of images that were saved without one, which a load makes (pack/roots). They follow from
 * the archive alone, so what was lost of them is made again from the same archive, and lies in a folder for as long as a repair
 * takes from it.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeImageSet } from '../../analysis/set/image-set.js';
import type { Digest } from '../../model/digest.js';
import type { Work } from '../../model/work/work.js';
import type { Engine } from '../../observe/hasher.js';
import { blobPath } from '../../pack/layout-documents.js';
import { selectionOf } from '../../pack/pack-selection.js';
import { rootsOf } from '../../pack/roots/image-roots.js';
import { StoredContent } from '../../pack/stored-content.js';
import { textHasher } from '../../scan/hash-text.js';
import { type PlacedScan, scanPlaces } from '../../scan/scan.js';
import { inTurns } from '../../sources/steps.js';
import { everything } from '../load-plan.js';

/** Manifests that were made, by digest. */
type Made = ReadonlyMap<Digest, { readonly text: string; readonly archive: string }>;

/** A scan of them, and the archive that each follows from; null where there are none. */
export interface MadeSource {
  readonly scan: PlacedScan;
  readonly archives: ReadonlyMap<Digest, string>;
}

/** Does some work with those of the wanted manifests at hand that follow from what was scanned. Throws what the work throws. */
export async function withMadeManifests<T>(
  from: PlacedScan | null,
  wanted: ReadonlySet<Digest>,
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal | undefined },
  work: (made: MadeSource | null) => Promise<T>,
): Promise<T> {
  const made = from === null || wanted.size === 0 ? new Map() : await inTurns(madeOf(from, wanted, engine), signal);
  if (made.size === 0) return work(null);
  const folder = mkdtempSync(join(tmpdir(), 'varve-'));
  try {
    const scan = await scanned(folder, made, signal);
    return await work({ scan, archives: new Map([...made].map(([digest, { archive }]) => [digest, archive])) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function* madeOf(scan: PlacedScan, wanted: ReadonlySet<Digest>, engine: Engine): Work<Made> {
  const set = yield* makeImageSet(scan.inventory);
  const content = yield* StoredContent.of(scan);
  const { roots } = yield* rootsOf(scan, content, selectionOf(scan.inventory, set, everything), textHasher(engine));
  const made = new Map<Digest, { text: string; archive: string }>();
  for (const { digest, made: text, archives } of roots) {
    const [archive] = archives;
    if (text === null || archive === undefined || !wanted.has(digest)) continue;
    made.set(digest, { text, archive: scan.inventory.archives[archive]?.path ?? '' });
  }
  return made;
}

/** As a layout that has these manifests and nothing else. */
function scanned(folder: string, made: Made, signal: AbortSignal | undefined): Promise<PlacedScan> {
  const files = {
    'oci-layout': '{"imageLayoutVersion":"1.0.0"}',
    'index.json': '{"schemaVersion":2,"manifests":[]}',
    ...Object.fromEntries([...made].map(([digest, { text }]) => [blobPath(digest), text])),
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const asked = { verify: true, inventories: false, workers: 0 };
  return scanPlaces([folder], signal === undefined ? asked : { ...asked, signal });
}
