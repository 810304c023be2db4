/** What the parts of an archive that is cut into several files are called, and the lists that lie beside them. */

/** Behind the name of the archive: the list that Varve reads. No pattern of the parts, `FILE.part*`, has it too. */
export const partsListEnding = '.split.json';

/** Behind the name of the archive: the same digests as `sha256sum -c` takes them. */
export const checksumsEnding = '.split.sha256';

/** The lists that lie beside the parts of an archive. */
export function partLists(name: string): string[] {
  return [name + partsListEnding, name + checksumsEnding];
}

const leastDigits = 3;

/** The names of so many parts, which sort in their order. */
export function partNames(name: string, count: number): string[] {
  const digits = Math.max(leastDigits, String(count - 1).length);
  return Array.from({ length: count }, (_, at) => `${name}.part${String(at).padStart(digits, '0')}`);
}
