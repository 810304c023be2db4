/** Some roots of a set, each under some of its names; what describes an image goes where it goes. Pure. */
import type { Root } from './image-roots.js';

/** These roots with these names alone, and the artifacts among the others, which describe their images. */
export function onlyRoots(roots: readonly Root[], only: ReadonlyMap<string, ReadonlySet<string>>): readonly Root[] {
  return roots.filter(({ digest, manifests, references, localTags }) => {
    const names = only.get(digest);
    if (names === undefined) return manifests.length === 0;
    for (const own of [references, localTags]) {
      for (const name of [...own]) if (!names.has(name)) own.delete(name);
    }
    return true;
  });
}
