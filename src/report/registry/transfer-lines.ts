/** What docker says while it pulls and pushes, line by line; each is one layer or one image. Pure. */
import type { Digest } from '../../model/digest.js';
import { familiarName, familiarReference, parseReference } from '../../model/reference.js';
import type { Pull } from '../../model/results/registry/pull.js';
import type { Push } from '../../model/results/registry/push.js';
import { digestName } from '../blocks/names.js';
import { safeText } from '../blocks/safe-text.js';
import { formatBytes, plural } from '../blocks/units.js';

const barCells = 30;

/** `0a1b2c3d4e5f: Already exists`. */
export function layerProgress(digest: Digest, state: string): string {
  return `${digestName(digest, false)}: ${state}`;
}

/** The same with how far it is, for a terminal. */
export function layerBar(digest: Digest, state: string, doneBytes: number, totalBytes: number): string {
  const cells = totalBytes === 0 ? barCells : Math.floor((Math.min(doneBytes, totalBytes) / totalBytes) * barCells);
  const bar = `[${`${'='.repeat(cells)}>`.slice(0, barCells).padEnd(barCells)}]`;
  return layerProgress(digest, `${state} ${bar}  ${formatBytes(doneBytes, 3)}/${formatBytes(totalBytes, 3)}`);
}

/** `1.2: Pulling from shop/api`. */
export function pullingLine(name: string): string {
  const { path, tag, digest } = parseReference(name);
  return safeText(`${digest ?? tag}: Pulling from ${path}`);
}

/** The end of an image that was pulled, as docker has it. */
export function pulledLines({ reference, digest, status }: Pull['images'][number]): string[] {
  const name = familiarReference(parseReference(reference));
  const what = status === 'up-to-date' ? `Image is up to date for ${name}` : `Downloaded newer image for ${name}`;
  return [`Digest: ${digest}`, `Status: ${what}`, reference].map((line) => safeText(line));
}

/** What a pull would fetch. */
export function plannedPullLines({ images, blobs, fetchBytes, sizeBytes }: Pull): string[] {
  const coming = blobs.filter(({ status }) => status === 'planned');
  const there = blobs.length - coming.length;
  const sum = `${formatBytes(fetchBytes)} would be fetched: ${plural(coming.length, 'blob')}, and ${there} of ${blobs.length} there already`;
  const archive = sizeBytes === null ? [] : [`The archive would have ${formatBytes(sizeBytes)}`];
  return [...images.map(({ reference, digest }) => safeText(`${reference} is ${digest}`)), sum, ...archive];
}

/** `The push refers to repository [docker.io/shop/api]`. */
export function pushingLine(target: string): string {
  const { domain } = parseReference(target);
  const name = familiarName(parseReference(target));
  return safeText(
    `The push refers to repository [${name.startsWith(`${domain}/`) ? name : `${domain}/${parseReference(target).path}`}]`,
  );
}

/** The end of an image that was pushed, as docker has it. */
export function pushedLines({ target, digest, sizeBytes, partOf, referrers }: Push['images'][number]): string[] {
  const { tag } = parseReference(target);
  const part =
    partOf === null
      ? []
      : [`Not all platforms of the index ${partOf} are here; the one image of it that is was pushed alone`];
  const described = referrers.length === 0 ? [] : [`With ${plural(referrers.length, 'manifest')} that describe it`];
  return [...part, ...described, `${tag}: digest: ${digest} size: ${sizeBytes}`].map((line) => safeText(line));
}

/** What a push would send. */
export function plannedPushLines({ images, blobs, sendBytes }: Push): string[] {
  const going = blobs.filter(({ status }) => status === 'planned');
  const there = blobs.length - going.length;
  return [
    ...images.map(({ target, digest }) => safeText(`${target} would be ${digest}`)),
    `${formatBytes(sendBytes)} would be sent at most: ${plural(going.length, 'blob')}, and ${there} of ${blobs.length} there already`,
  ];
}
