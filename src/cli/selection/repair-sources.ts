/** What a repair takes bodies from, as a command line names it: archives, read to the last byte, and registries. */
import { isRemoteInput } from '../../remote/input/input-names.js';
import { fetchOptions, joinedScans } from '../../repair/repair.js';
import { fetchSources } from '../../repair/repair-sources.js';
import type { PlacedScan } from '../../scan/scan.js';
import type { CommandIo } from '../command-io.js';
import type { ScanOption } from '../line/options.js';
import type { CommandOptions, OptionValues } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';
import { startProgress } from '../output/progress.js';
import { surveyRepair, tellUnreadable } from '../survey.js';
import { openRemoteInputs } from './remote-inputs.js';

type Options = CommandOptions<ScanOption | 'output'> & OptionValues<'from' | 'like'>;

/** Sources of a repair, to be kept until it is done. */
export interface RepairSources {
  /** Null where none are named. */
  readonly from: PlacedScan | null;
  close(): void;
}

/** What is repaired, and what it was like, are files. Throws UsageError. */
export function refuseRemote({ words, like }: Pick<Options, 'words' | 'like'>): void {
  const found = [...words, ...like].find(isRemoteInput);
  if (found === undefined) return;
  throw new UsageError(`${found} is in a registry: only --from takes that, to fetch what is lacking`);
}

/** Scans archives, and fetches of registries what the damaged archives lack. Throws as a scan does. */
export async function openRepairSources(options: Options, damaged: PlacedScan, io: CommandIo): Promise<RepairSources> {
  const words = [...options.like, ...options.from.filter((word) => !isRemoteInput(word))];
  const local = words.length === 0 ? null : await surveyRepair({ ...options, words }, io);
  const elsewhere = options.from.filter(isRemoteInput);
  const remote = await openRemoteInputs(elsewhere, options, io);
  if (remote === null) return { from: local, close: () => {} };
  const progress = startProgress(io, options);
  const { limits, workers, engine } = options;
  try {
    const way = fetchOptions({
      remote: remote.inputs,
      signal: io.signal,
      limits,
      ...(workers === null ? {} : { workers }),
      ...(engine === null ? {} : { engine }),
      ...(progress === null ? {} : { onProgress: progress.update }),
    });
    const { scan, close } = await fetchSources(elsewhere, damaged, way);
    progress?.stop();
    if (!options.quiet) await tellUnreadable(scan.inventory, io);
    return { from: joinedScans(local, scan), close };
  } finally {
    progress?.stop();
    await remote.close();
  }
}
