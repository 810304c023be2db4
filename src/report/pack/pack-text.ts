/**
 * A pack as blocks: how large it is and what is in it, then its images, the names that went to newer ones, and what could
 * not go in.
 */
import type { Pack } from '../../model/results/pack.js';
import { type Block, type Cell, cell, gap, heading, line, span, table, type View } from '../blocks/document.js';
import { digestName, imageNames, referenceName } from '../blocks/names.js';
import { formatBytes, formatShare, joinWords, plural } from '../blocks/units.js';

const shownRows = 20;

/** Every section that has something to say. */
export function packText(pack: Pack, view: View): Block[] {
  const sections = [
    headlineOf(pack),
    partSection(pack),
    leftOutSection(pack),
    signatureSection(pack, view),
    imageSection(pack, view),
    supersededSection(pack, view),
    lostNameSection(pack, view),
  ];
  return sections.filter((blocks) => blocks.length > 0).flatMap((blocks, i) => (i === 0 ? blocks : [gap, ...blocks]));
}

function headlineOf(pack: Pack): Block[] {
  const { status, sizeBytes, inputBytes, archives, blobs, output } = pack;
  if (status === 'refused') return refusalOf(pack);
  const ids = new Set(pack.images.map(({ id }) => id)).size;
  const what = `${plural(ids, 'image')} in ${plural(blobs, 'blob')}, ${formatShare(sizeBytes, inputBytes)} of the ${formatBytes(inputBytes)} of ${plural(archives, 'archive')}`;
  const where = status === 'planned' ? 'would be written' : `written to ${output ?? 'standard output'}`;
  return [
    line([
      span(`${formatBytes(sizeBytes)} ${where}`, 'strong'),
      span(`: ${what}.${status === 'planned' ? ' Nothing was changed.' : ''}`),
    ]),
    ...outerLine(pack),
    ...madeLine(pack),
  ];
}

function refusalOf({ leftOut, signatures }: Pack): Block[] {
  const unfit = signatures.filter(({ dropped }) => !dropped).length;
  const told = [
    ...(leftOut.length === 0
      ? []
      : [`${plural(leftOut.length, 'thing')} cannot go in. varve pack --keep-going leaves out what cannot.`]),
    ...(unfit === 0
      ? []
      : [
          `${plural(unfit, 'signature')} would fit no longer. varve pack --drop-signatures leaves out what signs another digest.`,
        ]),
  ];
  return told.map((text, i) => line(i === 0 ? [span('Nothing was written', 'bad'), span(`: ${text}`)] : text));
}

function outerLine({ compression, tarBytes }: Pack): Block[] {
  if (compression === 'none') return [];
  return [line(`Compressed as a whole with ${compression}: a tar of ${formatBytes(tarBytes ?? 0)}.`)];
}

/** Whoever pins images by the digests of manifests has to hear of new ones. */
function madeLine(pack: Pack): Block[] {
  const { images, recoded } = pack;
  if (recoded !== null) return [recodedLine(recoded)];
  const made = images.filter(({ manifestDigest }) => manifestDigest.before === null).length;
  if (made === 0) return [];
  const told = made === images.length ? 'No image had a manifest' : `${plural(made, 'image')} had no manifest`;
  return [line(`${told} and got one; every ID, config and layer stays as it is.`)];
}

/** The files of an archive in parts. */
export function partSection({ parts, lists, status }: Pick<Pack, 'parts' | 'lists' | 'status'>): Block[] {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined || status === 'refused') return [];
  const names = [...new Set([first, last])].map(({ name }) => referenceName(name)).join(' to ');
  const files = `${names}, listed in ${lists.map(referenceName).join(' and ')}`;
  return [line(`In ${plural(parts.length, 'part')} of ${formatBytes(first.sizeBytes)} at most: ${files}.`)];
}

function recodedLine({ form, level, layers, manifests, indexes }: NonNullable<Pack['recoded']>): Block {
  const how =
    form === 'smallest'
      ? 'Each layer is there in its smallest form alone'
      : `Every layer is stored as ${form === 'none' ? 'a plain tar' : form}${level === null ? '' : ` of level ${level}`}`;
  const changed = [
    plural(layers.length, 'layer'),
    plural(manifests.length, 'manifest'),
    ...(indexes.length === 0 ? [] : [plural(indexes.length, 'index', 'indexes')]),
  ];
  return line(`${how}: ${joinWords(changed)} got other digests, which --format json lists; every ID stays as it is.`);
}

/** What fits no longer, whether it is left out or keeps the pack from being written. */
function signatureSection({ signatures }: Pack, { wide }: View): Block[] {
  if (signatures.length === 0) return [];
  return [
    heading('Signatures that fit no longer'),
    ...signatures.map(({ what, digest, describes, dropped }) =>
      line([
        span(what === digest ? digestName(digest, wide) : referenceName(what), 'bad'),
        span(`: of ${digestName(describes, wide)}, which has another digest now${dropped ? '; left out' : ''}`),
      ]),
    ),
  ];
}

function lostNameSection({ recoded, status }: Pack, { wide }: View): Block[] {
  const names = recoded?.lostNames ?? [];
  if (names.length === 0 || status === 'refused') return [];
  return [
    heading('Names that are true no longer'),
    ...names.map(({ name, manifestDigest }) =>
      line(`${referenceName(name)}: the digest is ${digestName(manifestDigest, wide)} now`),
    ),
  ];
}

/** What is not in what was written, each with the reason. */
export function leftOutSection({ leftOut }: Pick<Pack, 'leftOut'>, title = 'Left out'): Block[] {
  if (leftOut.length === 0) return [];
  return [
    heading(title),
    ...leftOut.map(({ what, reason }) => line([span(referenceName(what), 'bad'), span(`: ${reason}`)])),
  ];
}

function imageSection({ images, status }: Pack, { wide, verbose }: View): Block[] {
  if (images.length === 0 || status === 'refused') return [];
  const shown = verbose ? images : images.slice(0, shownRows);
  const rows = shown.map(({ id, references, localTags, manifestDigest }) => {
    const names = [...references, ...localTags];
    return [
      names.length === 0 ? cell('<none>', 'dim') : cell(imageNames(names)),
      cell(digestName(id, wide)),
      cell(digestName(manifestDigest.after, wide)),
      stateCell(manifestDigest),
    ];
  });
  const columns = [{ title: 'IMAGE', min: 20 }, { title: 'ID' }, { title: 'MANIFEST' }, { title: '' }];
  const more = images.length - shown.length;
  return [
    heading('Images'),
    table(columns, rows),
    ...(more === 0 ? [] : [line([span(`and ${plural(more, 'more', 'more')}, which --format json lists`, 'dim')])]),
  ];
}

function stateCell({ before, after }: Pack['images'][number]['manifestDigest']): Cell {
  if (before === null) return cell('new', 'warn');
  return before === after ? cell('kept', 'good') : cell('changed', 'warn');
}

function supersededSection({ superseded, status }: Pack, { wide }: View): Block[] {
  if (superseded.length === 0 || status === 'refused') return [];
  return [
    heading('Names that a newer image has'),
    ...superseded.map(({ name, id, manifestDigest }) =>
      line(`${referenceName(name)}: ${joinWords([digestName(id ?? manifestDigest, wide)])} goes in without it`),
    ),
  ];
}
