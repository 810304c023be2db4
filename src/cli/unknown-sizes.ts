/**
 * Commands that read no bodies do not know what a compressed layer holds. They print `n/a`, and this line, so that nobody
 * takes a table with gaps for the whole.
 */
import { plural } from '../report/units.js';
import { type CommandIo, tell } from './command-io.js';
import type { CommandOptions } from './options.js';

/** Counts the layers whose size is not known, on standard error. */
export async function tellUnknownSizes(
  layers: readonly { readonly sizeBytes: number | null }[],
  { quiet }: CommandOptions,
  io: CommandIo,
): Promise<void> {
  const unknown = layers.filter(({ sizeBytes }) => sizeBytes === null).length;
  if (unknown === 0 || quiet) return;
  await tell(
    io,
    `the size of ${plural(unknown, 'layer')} is n/a: it is known only from the bytes, which --verify reads`,
  );
}
