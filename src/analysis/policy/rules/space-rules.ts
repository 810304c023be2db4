/**
 * Rules about a set as a whole: images that nothing keeps, bytes that could go, bytes in total. Bytes are stored bytes and
 * classes as docs/accounting.md has them; without bodies they rest on what the archives claim.
 */
import { tryParseReference } from '../../../model/reference.js';
import type { ImageState } from '../../../model/results/results.js';
import type { SetImage } from '../../set/image-set.js';
import { sizeKind, sizeOrShareKind } from '../value-kinds.js';
import {
  amountExpected,
  archiveSubject,
  type Facts,
  flagRule,
  imageSubject,
  type Judgement,
  judged,
  type PolicyRule,
  unknown,
  valueRule,
  wholeSet,
  withinAmount,
} from './rule.js';

export const spaceRules: readonly PolicyRule[] = [
  flagRule({
    name: 'no-dangling',
    scope: 'set',
    meaning: 'Every image has a name.',
    advice: 'varve ls -f dangling=true lists them; give them a tag, or leave them out when saving.',
    expected: 'a name',
    observe: (facts) => facts.images.map((image) => withoutState(image, 'dangling', 'untagged', facts)),
  }),
  flagRule({
    name: 'no-superseded',
    scope: 'images',
    meaning: 'No image has lost every one of its tags to a newer image of the set.',
    advice: 'varve ls -f superseded=true lists them; remove the archives of the older images.',
    expected: 'the newest of its tags',
    observe: notSuperseded,
  }),
  flagRule({
    name: 'no-unreferenced',
    scope: 'archives',
    meaning: 'No archive holds blobs or files that nothing refers to.',
    advice: 'varve verify -v names them; write the archive again without them.',
    expected: 0,
    unit: 'bytes',
    observe: ({ inventory, totals }) =>
      inventory.archives.flatMap(({ path, status }, position) => {
        if (status === 'unreadable') return [];
        const bytes = totals.archives[position]?.unreferencedBytes ?? 0;
        return [judged(archiveSubject(path), bytes === 0, bytes, bytes)];
      }),
  }),
  valueRule({
    name: 'max-reclaimable',
    scope: 'set',
    kind: sizeOrShareKind,
    example: '10%',
    meaning: 'At most so many stored bytes, or percent of them, could go: copies, untagged and unreferenced ones.',
    advice: 'varve report shows which bytes could go, and where they are.',
    expects: amountExpected,
    // To damage an archive must not make a set pass: what it withholds counts.
    observe: (limit, { totals: { total } }) => [
      withinAmount(limit, total.reclaimableBytes + total.withheldBytes, total.totalBytes),
    ],
  }),
  valueRule({
    name: 'max-total',
    scope: 'set',
    kind: sizeKind,
    example: '10GB',
    meaning: 'All archives together have at most this size; one that is compressed as a whole counts by its tar.',
    advice: 'varve report shows where the bytes are; varve layers lists the layers that take most.',
    expects: amountExpected,
    observe: (limit, { totals: { total } }) => [judged(wholeSet, total.totalBytes <= limit.amount, total.totalBytes)],
  }),
];

function withoutState(image: SetImage, state: ImageState, word: string, facts: Facts): Judgement {
  const bad = image.state === state;
  return judged(imageSubject(image, facts), !bad, bad ? word : null);
}

/** An image that keeps nothing but contested tags may have lost all of them: no date says so, and none says otherwise. */
function notSuperseded(facts: Facts): readonly Judgement[] {
  const sure = new Set<number>();
  const contested = new Map<number, string>();
  for (const { reference, images } of facts.set.tags) {
    for (const image of images) {
      if (images.length === 1) sure.add(image);
      else contested.set(image, contested.get(image) ?? reference);
    }
  }
  return facts.images.map((image) => {
    if (image.references.some((name) => tryParseReference(name) === null)) {
      return unknown(imageSubject(image, facts), 'one of its names cannot be read');
    }
    const position = facts.set.positions.get(image.id) ?? -1;
    const tag =
      image.references.some((name) => name.includes('@')) || sure.has(position) ? null : contested.get(position);
    if (tag == null) return withoutState(image, 'superseded', 'superseded', facts);
    return unknown(imageSubject(image, facts), `nothing says which of the images of ${tag} is the newest`);
  });
}
