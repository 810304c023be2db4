/**
 * A repair as blocks: a line for each body that was healed, with where it is from; what was made anew; what could not be healed
 * and which images that costs; the verdict last.
 */
import type { Repair } from '../../model/results/repair/repair.js';
import { type Block, gap, heading, line, span, type View } from '../blocks/document.js';
import { digestName, referenceName } from '../blocks/names.js';
import { formatBytes, joinWords, plural } from '../blocks/units.js';

const shownLines = 20;

/** Every section that has something to say. */
export function repairText(repair: Repair, view: View): Block[] {
  const sections = [healedSection(repair, view), notHealedSection(repair, view), verdictOf(repair)];
  return sections.filter((blocks) => blocks.length > 0).flatMap((blocks, i) => (i === 0 ? blocks : [gap, ...blocks]));
}

function healedSection({ healed, rebuilt, archives, status }: Repair, { wide, verbose }: View): Block[] {
  const word = status === 'written' ? 'healed' : 'can be healed:';
  const inArchive = (path: string): string => (archives.length > 1 ? ` in ${path}` : '');
  const lines = [
    ...rebuilt.map(({ archive, what, from }) =>
      line([
        span(word, 'good'),
        span(` ${what}${inArchive(archive)}, ${from === null ? 'made anew' : `as in ${from}`}`),
      ]),
    ),
    ...healed.map((body) => {
      const { archive, name, digest, from, proof, decoded } = body;
      const how = decoded ? ', decoded' : proof === 'archive' ? ', the same archive beside it' : '';
      const named = /[0-9a-f]{64}/.test(name) ? '' : ` ${name}`;
      return line([
        span(word, 'good'),
        span(`${named} ${shownDigest(digest, wide)}${partOf(body)}${inArchive(archive)} from ${from}${how}`),
      ]);
    }),
  ];
  const shown = verbose ? lines : lines.slice(0, shownLines);
  const more = lines.length - shown.length;
  if (more > 0) shown.push(line([span(`and ${plural(more, 'more', 'more')}, which --format json lists`, 'dim')]));
  return shown;
}

function shownDigest(digest: string, wide: boolean): string {
  return wide ? digest : `${digest.slice(0, digest.indexOf(':') + 1)}${digestName(digest, false)}`;
}

function partOf({ layer, layers, image, images }: Repair['healed'][number]): string {
  if (image === null) return '';
  const others = images.length > 1 ? ` and ${images.length - 1} more` : '';
  const part = layer === null ? 'of ' : `layer ${layer} of ${layers} of `;
  return ` (${part}${referenceName(image)}${others})`;
}

function notHealedSection({ notHealed }: Repair, { wide }: View): Block[] {
  if (notHealed.length === 0) return [];
  return [
    heading('Not healed'),
    ...notHealed.map(({ archive, name, reason, images }) => {
      const ids = images.map((id) => digestName(id, wide));
      const cost = ids.length === 0 ? '' : `; it costs ${plural(ids.length, 'image')}: ${joinWords(ids)}`;
      return line([span(name === null ? archive : `${archive}: ${name}`, 'bad'), span(`: ${reason}${cost}`)]);
    }),
  ];
}

function verdictOf({ status, archives, healed, rebuilt, notHealed, sizeBytes }: Repair): Block[] {
  const count = healed.length + rebuilt.length;
  const written = archives.filter(({ output }) => output !== null);
  const whole = archives.filter((archive) => archive.status === 'whole').length;
  const places = written.length === 1 ? (written[0]?.output ?? '') : plural(written.length, 'archive');
  const refused = archives.filter((archive) => archive.status === 'refused');
  const lost = `${plural(notHealed.length, 'thing')} cannot be healed`;
  if (refused.length > 0) {
    const what =
      archives.length === 1
        ? 'Nothing was written'
        : `Nothing was written of ${refused.length} of ${plural(archives.length, 'archive')}`;
    return [line([span(what, 'bad'), span(`: ${lost}. varve repair --keep-going writes what can be.`)])];
  }
  if (notHealed.length > 0) {
    const what = status === 'planned' ? 'would be written' : `written to ${places}`;
    return [line([span('Still damaged', 'bad'), span(`: ${lost}; ${formatBytes(sizeBytes)} ${what}.`)])];
  }
  if (count === 0) {
    const copied = written.length === 0 ? '' : ` Copied to ${places}.`;
    return [
      line([
        span('Nothing to heal', 'good'),
        span(`: ${plural(whole, 'archive')} verified, nothing is wrong.${copied}`),
      ]),
    ];
  }
  const all = count === 1 ? '1 fault' : `All ${plural(count, 'fault')}`;
  return status === 'planned'
    ? [line([span(`${all} can be healed`, 'good'), span(`: ${formatBytes(sizeBytes)}. Nothing was changed.`)])]
    : [
        line([
          span(`${all} healed`, 'good'),
          span(`: ${formatBytes(sizeBytes)} written to ${places}, verified afresh.`),
        ]),
      ];
}
