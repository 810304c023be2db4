/**
 * A row of the list of images as a template sees it: docker's placeholders with docker's texts, and Varve's own beside
 * them. All texts are raw; whoever prints them makes them safe.
 */
import type { Instant } from '../../model/instants.js';
import type { ListedImage } from '../../model/results/results.js';
import { digestName } from '../blocks/names.js';
import { createdSince, createdTime } from '../blocks/relative-time.js';
import { formatBytes, formatCompressed, formatSize } from '../blocks/units.js';

/** How the values of a list of images are written. */
export interface ImageTexts {
  /** Whether IDs may be cut to twelve digits. */
  readonly truncate: boolean;
  readonly idKind: 'config' | 'manifest';
  /** Sizes as plain numbers of bytes. */
  readonly bytes: boolean;
  readonly now: Instant;
}

/** What stands above each placeholder in a table. */
export const imageHeads = {
  ID: 'IMAGE ID',
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  Compressed: 'COMPRESSED',
  Containers: 'CONTAINERS',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
  Reference: 'REFERENCE',
  Platform: 'PLATFORM',
  State: 'STATE',
  Labels: 'LABELS',
  Layers: 'LAYERS',
  Archives: 'ARCHIVES',
} as const;

type ImageTemplateData = Record<keyof typeof imageHeads, unknown>;

/** What one row gives to a template. What is not known is `N/A`, and a name that is not there `<none>`, as in docker. */
export function imageTemplateData(image: ListedImage, texts: ImageTexts): ImageTemplateData {
  return {
    ID: imageId(image, texts) ?? 'N/A',
    Repository: image.repository ?? '<none>',
    Tag: image.tag ?? '<none>',
    Digest: image.digest ?? '<none>',
    CreatedSince: createdSince(image.createdAt, texts.now) ?? 'N/A',
    CreatedAt: createdTime(image.createdAt) ?? 'N/A',
    Size: sizeText(image.sizeBytes, image.claimedSizeBytes, texts, 3) ?? 'N/A',
    Compressed: compressedText(image.storedBytes, image.compressions, texts) ?? 'N/A',
    // No archive knows of containers; docker writes the same where it was not asked to count them.
    Containers: 'N/A',
    SharedSize: sizeText(image.sharedBytes, image.claimedSharedBytes, texts) ?? 'N/A',
    UniqueSize: sizeText(image.uniqueBytes, image.claimedUniqueBytes, texts) ?? 'N/A',
    Reference: image.reference ?? '<none>',
    Platform: image.platform ?? 'N/A',
    State: image.state,
    Labels: image.labels,
    Layers: image.layers.map((diffId) => diffId ?? 'N/A'),
    Archives: image.archives,
  };
}

/** The ID that was asked for, short or in full; null where no manifest is known. */
export function imageId(
  image: ListedImage,
  { idKind, truncate }: Pick<ImageTexts, 'idKind' | 'truncate'>,
): string | null {
  const id = idKind === 'config' ? image.id : image.digest;
  return id === null ? null : digestName(id, !truncate);
}

/** A size as docker writes it, or as a plain number, with `~` where it is claimed; null where it is neither. */
export function sizeText(
  bytes: number | null,
  claimedBytes: number | null,
  texts: Pick<ImageTexts, 'bytes'>,
  digits: 3 | 4 = 4,
): string | null {
  if (bytes === null && claimedBytes === null) return null;
  if (!texts.bytes) return formatSize(bytes, claimedBytes, digits);
  return bytes === null ? `~${claimedBytes}` : String(bytes);
}

/**
 * What is compressed, with its forms, or a plain number; `-` where nothing is, null where nothing is there. Of layers that nobody
 * has looked at, as those of a registry, what is stored of them without a form.
 */
export function compressedText(
  storedBytes: number | null,
  compressions: readonly (string | null)[],
  texts: Pick<ImageTexts, 'bytes'>,
): string | null {
  if (storedBytes === null) return null;
  const isUnseen = storedBytes > 0 && compressions.every((form) => form === null);
  const text = isUnseen ? formatBytes(storedBytes) : formatCompressed(storedBytes, compressions);
  return texts.bytes && text !== '-' ? String(storedBytes) : text;
}
