/**
 * Globs over the paths of archives: `*` any characters but `/`, `**` any at all, `**` with a `/` behind it also nothing,
 * `?` one character but `/`; everything else is itself. Brackets, braces and backslashes are plain characters, since
 * files have them in their names. All places where the glob could stand are kept at once, so that the work is the length
 * of the glob times that of the path.
 */

type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' } // `?`
  | { readonly kind: 'many' } // `*`
  | { readonly kind: 'deep' } // `**`
  | { readonly kind: 'folders' } // `**/` before its first character: takes none, goes into or behind the next token
  | { readonly kind: 'inFolders' }; // `**/` from there to its last slash

/** A glob that has been read; made by `parsePathGlob`. */
export interface PathGlob {
  readonly tokens: readonly Token[];
}

/** Characters of a glob; ours, as long as the longest path of the common systems. */
export const maxGlobLength = 4096;

/** Reads a glob; null where it is too long. A leading `./` does not count, here and in the paths. */
export function parsePathGlob(text: string): PathGlob | null {
  if (text.length > maxGlobLength) return null;
  const pieces = withoutDot(text).match(/\*{2,}\/?|./gsu) ?? [];
  return { tokens: pieces.flatMap((piece, position) => tokensOf(piece, pieces[position - 1])) };
}

/** Whether the glob matches the whole path. */
export function matchesGlob({ tokens }: PathGlob, path: string): boolean {
  let places = new Set([0]);
  addSkipped(tokens, places);
  for (const character of withoutDot(path)) {
    const next = new Set<number>();
    for (const place of places) {
      for (const reached of placesAfter(tokens[place], place, character)) next.add(reached);
    }
    addSkipped(tokens, next);
    places = next;
    if (places.size === 0) return false;
  }
  return places.has(tokens.length);
}

function tokensOf(piece: string, before: string | undefined): Token[] {
  if (piece === '?') return [{ kind: 'one' }];
  if (piece === '*') return [{ kind: 'many' }];
  if (!piece.startsWith('**')) return [{ kind: 'character', character: piece }];
  if (!piece.endsWith('/')) return [{ kind: 'deep' }];
  if (before === undefined || before.endsWith('/')) return [{ kind: 'folders' }, { kind: 'inFolders' }];
  // Behind a part of a name, as in `a**/b`, the slash is one that has to be there.
  return [{ kind: 'deep' }, { kind: 'character', character: '/' }];
}

/** Where a glob that stands at this token can stand after the character. */
function placesAfter(token: Token | undefined, place: number, character: string): number[] {
  switch (token?.kind) {
    case 'character':
      return token.character === character ? [place + 1] : [];
    case 'one':
      return character === '/' ? [] : [place + 1];
    case 'many':
      return character === '/' ? [] : [place];
    case 'deep':
      return [place];
    case 'inFolders':
      return character === '/' ? [place, place + 1] : [place];
    default:
      return [];
  }
}

/** Adds the places that are reached without a character; a set gives what is added while it is walked, too. */
function addSkipped(tokens: readonly Token[], places: Set<number>): void {
  for (const place of places) {
    const kind = tokens[place]?.kind;
    if (kind === 'many' || kind === 'deep') places.add(place + 1);
    if (kind === 'folders') places.add(place + 1).add(place + 2);
  }
}

function withoutDot(path: string): string {
  return path.startsWith('./') ? path.slice(2) : path;
}
