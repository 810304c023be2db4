/**
 * What a selection does not show: a name that several images carry, where nothing says which of them is the newest and the
 * first of the input is taken; a filter that no image fits; images whose size is not known, which fit no filter of sizes.
 * Each is a line on standard error, so that nobody takes silence for an answer.
 */
import type { SetImage } from '../../analysis/set/image-set.js';
import { applyFilters } from '../../query/filters.js';
import { plural } from '../../report/blocks/units.js';
import { type CommandIo, tell } from '../command-io.js';
import type { OptionValues } from '../line/read-options.js';
import type { WrittenName } from '../line/written-name.js';
import type { NamedImages, Selection } from './select.js';

const shownIds = 3;

const sizeKeys: readonly string[] = ['min-size', 'max-size'];

/** Says on standard error what the filters and the name have left out without a word. */
export async function tellSelection(
  image: WrittenName | null,
  selection: Selection,
  options: OptionValues<'quiet' | 'filter' | 'now'>,
  io: CommandIo,
): Promise<void> {
  await tellContested(image, selection, options, io);
  const { all } = selection;
  if (options.quiet || all.length === 0) return;
  for (const { text, condition } of options.filters.each) {
    const found = applyFilters(all, { conditions: [condition] }, options);
    if (found.length === 0) await tell(io, `filter ${JSON.stringify(text)} fits no image here`);
  }
  const unknown = new Set(all.filter(({ sizeBytes }) => sizeBytes === null).map(({ id }) => id)).size;
  const asksSizes = options.filters.each.some(({ key }) => sizeKeys.includes(key));
  if (!asksSizes || unknown === 0) return;
  await tell(
    io,
    `${plural(unknown, 'image fits', 'images fit')} no filter of sizes, since the size is not known: ` +
      'it is known only from the bytes, which --verify reads where a command has it',
  );
}

/** Says on standard error which images were passed over, and how one of them is chosen. */
export async function tellContested(
  image: WrittenName | null,
  { images, contenders }: NamedImages,
  { quiet }: OptionValues<'quiet'>,
  io: CommandIo,
): Promise<void> {
  if (image === null || contenders.length === 0 || quiet) return;
  const shown = contenders.slice(0, shownIds).map(({ id }) => id);
  const more = contenders.length - shown.length;
  await tell(
    io,
    `${plural(contenders.length, 'other image carries', 'other images carry')} ${JSON.stringify(image.name)} and nothing says ` +
      `which is the newest; taken is the first of the input, ${idsOf(images)}. For another, --image takes its ID: ` +
      `${shown.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
  );
}

function idsOf(images: readonly SetImage[]): string {
  return images.map(({ id }) => id).join(', ');
}
