/**
 * Tells images of docker-v1 archives apart. A v1 ID is a random name and no digest, so two archives may give one ID to
 * different images: by accident after a copy was edited, or on purpose. What they hold decides, as far as it is known.
 * Images of one ID and other content are called `ID#1`, `ID#2` …, in an order that rests on their content, so that the
 * order of the inputs changes nothing; an ID that only one image has stays as it is.
 */
import type { ArchiveRecord, ImageRecord } from '../model/results/inventory.js';

/** One layer as far as it is known: two that differ in something that is known of both are not the same. */
interface KnownLayer {
  readonly digest: string | null;
  readonly sizeBytes: number | null;
}

interface Occurrence {
  readonly image: ImageRecord;
  /** What the documents say, in one text. */
  readonly documents: string;
  readonly layers: readonly KnownLayer[];
  /** Equal for records that are known to hold the same. */
  readonly key: string;
}

/** The records, with IDs that mean one image each; those of all other formats as they are. */
export function distinguishV1Images(archives: readonly ArchiveRecord[]): ArchiveRecord[] {
  const shared = new Map<string, Occurrence[]>();
  for (const archive of archives) {
    if (archive.format !== 'docker-v1') continue;
    for (const image of archive.images) {
      const known = shared.get(plainId(image));
      if (known === undefined) shared.set(plainId(image), [occurrenceOf(image, archive)]);
      else known.push(occurrenceOf(image, archive));
    }
  }
  const names = new Map([...shared].flatMap(([id, occurrences]) => [...namesOf(id, occurrences)]));
  return archives.map((archive) =>
    archive.format === 'docker-v1'
      ? { ...archive, images: archive.images.map((image) => ({ ...image, id: names.get(image) ?? image.id })) }
      : archive,
  );
}

/** Without the number that an earlier scan gave it, among other archives. */
function plainId({ id }: ImageRecord): string {
  return id.replace(/#\d+$/, '');
}

function occurrenceOf(image: ImageRecord, { entries }: ArchiveRecord): Occurrence {
  const { createdAt, author, platform, osVersion, config, history } = image;
  const documents = JSON.stringify([createdAt, author, platform, osVersion, config, history]);
  const layers = image.layers.map(({ diffId, entry }): KnownLayer => {
    const body = entry === null ? undefined : entries[entry];
    return { digest: diffId ?? body?.diffId ?? body?.digest ?? null, sizeBytes: body?.uncompressedBytes ?? null };
  });
  return { image, documents, layers, key: JSON.stringify([documents, layers]) };
}

/** The name of each record. What is not fully known goes with the one image that it can be; of several, with none. */
function namesOf(id: string, occurrences: readonly Occurrence[]): Map<ImageRecord, string> {
  const whole = new Map<string, Occurrence>();
  for (const each of occurrences) {
    if (each.layers.every(({ digest }) => digest !== null)) whole.set(each.key, each);
  }
  const keys = new Map(
    occurrences.map(({ image, ...each }) => {
      const same = whole.has(each.key) ? [each] : [...whole.values()].filter((other) => mayBeSame(each, other));
      return [image, same.length === 1 ? (same[0]?.key ?? each.key) : each.key];
    }),
  );
  const order = [...new Set(keys.values())].sort();
  return new Map([...keys].map(([image, key]) => [image, order.length === 1 ? id : `${id}#${order.indexOf(key) + 1}`]));
}

function mayBeSame(a: Omit<Occurrence, 'image'>, b: Omit<Occurrence, 'image'>): boolean {
  const agree = <T>(x: T | null, y: T | null) => x === null || y === null || x === y;
  return (
    a.documents === b.documents &&
    a.layers.length === b.layers.length &&
    a.layers.every((layer, position) => {
      const other = b.layers[position];
      return other === undefined || (agree(layer.digest, other.digest) && agree(layer.sizeBytes, other.sizeBytes));
    })
  );
}
