/** The search for circles in imports. */

/** One circle of imports as the files on it; null where there is none. */
export function circleOf(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const walk = (path: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(path)) return way.slice(way.indexOf(path));
    if (done.has(path)) return null;
    for (const next of imports.get(path) ?? []) {
      const circle = walk(next, [...way, path]);
      if (circle !== null) return circle;
    }
    done.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const circle = walk(path, []);
    if (circle !== null) return circle;
  }
  return null;
}
