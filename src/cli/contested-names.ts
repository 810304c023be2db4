/**
 * A name that several images carry, where nothing says which of them is the newest. A command that needs one of them takes
 * the first of the input, and this line, so that nobody takes it for the only one.
 */
import type { SetImage } from '../analysis/image-set.js';
import { plural } from '../report/units.js';
import { type CommandIo, tell } from './command-io.js';
import type { CommandOptions } from './options.js';
import type { NamedImages } from './select.js';

const shownIds = 3;

/** Says on standard error which images were passed over, and how one of them is chosen. */
export async function tellContested(
  name: string | null,
  { images, contenders }: NamedImages,
  { quiet }: Pick<CommandOptions, 'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (name === null || contenders.length === 0 || quiet) return;
  const shown = contenders.slice(0, shownIds).map(({ id }) => id);
  const more = contenders.length - shown.length;
  await tell(
    io,
    `${plural(contenders.length, 'other image carries', 'other images carry')} ${JSON.stringify(name)} and nothing says ` +
      `which is the newest; taken is the first of the input, ${idsOf(images)}. For another, --image takes its ID: ` +
      `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  );
}

function idsOf(images: readonly SetImage[]): string {
  return images.map(({ id }) => id).join(', ');
}
