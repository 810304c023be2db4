/**
 * Which roots go in. A root with something missing or damaged is made up for by another one of the same images, which gets
 * its names; of the rest it is said why they are left out.
 */
import type { Pack } from '../../model/results/pack.js';
import { isDoubted, type Root, type Rootless } from './image-roots.js';
import { byForm, type RootNames } from './root-names.js';

/** The roots that go in, with the names of those that they make up for; what is left out, in one order. */
export function wholeRoots(
  all: readonly Root[],
  rootless: readonly Rootless[],
): { readonly roots: readonly Root[]; readonly leftOut: Pack['leftOut'] } {
  const roots = all.filter(({ problems }) => problems.size === 0);
  const byImages = new Map<string, Root>();
  for (const root of roots) {
    const key = imagesKey(root.manifests.map(({ imageId }) => imageId));
    if (key !== '' && !byImages.has(key)) byImages.set(key, root);
  }
  const leftOut: Pack['leftOut'] = [];
  for (const root of all) {
    if (root.problems.size === 0) continue;
    const substitute = byImages.get(imagesKey(root.manifests.map(({ imageId }) => imageId)));
    if (substitute !== undefined && takeNames(substitute, root, !isDoubted(root))) continue;
    const what = [...root.references, ...root.localTags].sort()[0] ?? root.digest;
    leftOut.push(...[...root.problems].map((reason) => ({ what, reason })));
  }
  for (const image of rootless) {
    const substitute = byImages.get(image.id);
    if (substitute !== undefined && takeNames(substitute, image, true)) continue;
    leftOut.push({ what: image.references[0] ?? image.localTags[0] ?? image.id, reason: image.reason });
  }
  const key = ({ what, reason }: Pack['leftOut'][number]): string => `${what} ${reason}`;
  return { roots, leftOut: leftOut.sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/**
 * Roots without those whose images all go in with another root, and that nothing names: the same images in another form.
 * Those that have names come first, then those with more images; what is no image stays.
 */
export function withoutTwins(roots: readonly Root[], { references, localTags }: RootNames): Root[] {
  const isNamed = (root: Root): boolean => references.has(root) || localTags.has(root);
  const order = [...roots].sort(
    (a, b) => Number(isNamed(b)) - Number(isNamed(a)) || b.manifests.length - a.manifests.length || byForm(a, b),
  );
  const there = new Set<string>();
  const spare = new Set<Root>();
  for (const root of order) {
    const ids = root.manifests.map(({ imageId }) => imageId);
    if (!isNamed(root) && ids.length > 0 && ids.every((id) => there.has(id))) spare.add(root);
    else for (const id of ids) there.add(id);
  }
  return roots.filter((root) => !spare.has(root));
}

function imagesKey(ids: readonly string[]): string {
  return [...new Set(ids)].sort().join(' ');
}

/** Gives the names to the other root; false where they are new to it and not `trusted`. */
function takeNames(
  { references, localTags }: Root,
  from: { readonly references: Iterable<string>; readonly localTags: Iterable<string> },
  trusted: boolean,
): boolean {
  const names = [...from.references];
  const tags = [...from.localTags];
  if (!trusted && !(names.every((name) => references.has(name)) && tags.every((tag) => localTags.has(tag))))
    return false;
  for (const name of names) references.add(name);
  for (const tag of tags) localTags.add(tag);
  return true;
}
