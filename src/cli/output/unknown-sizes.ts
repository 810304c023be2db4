/**
 * Commands that read no bodies do not know what a compressed layer holds. They print what it claims, with `~`, or `n/a`;
 * and this line, so that nobody takes a claim for a measure, or a table with gaps for the whole.
 */
import { joinWords, plural } from '../../report/blocks/units.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';

/** What is known of the size of a layer, and what is claimed. */
export interface LayerSize {
  readonly sizeBytes: number | null;
  readonly claimedSizeBytes: number | null;
}

/** Counts the layers whose size is not known, on standard error. */
export async function tellUnknownSizes(
  layers: readonly LayerSize[],
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<void> {
  const unread = layers.filter(({ sizeBytes }) => sizeBytes === null);
  const unknown = unread.filter(({ claimedSizeBytes }) => claimedSizeBytes === null).length;
  const claimed = unread.length - unknown;
  if (unread.length === 0 || quiet) return;
  const parts = [
    claimed === 0 ? null : `of ${plural(claimed, 'layer')} is what it claims itself (~)`,
    unknown === 0 ? null : `of ${plural(unknown, 'layer')} is n/a`,
  ].filter((part) => part !== null);
  await tell(io, `the size ${joinWords(parts)}: it is known only from the bytes, which --verify reads`);
}
