/** Globs over paths and names, held to tables that are filled place by place; patterns of Go's `path.Match` where plain. */
import { nameBytes } from '../../../../src/words/name-bytes.js';
import { matchesName, parseNameGlob } from '../../../../src/words/name-glob.js';
import { matchesGlob, parsePathGlob } from '../../../../src/words/path-glob.js';
import { matchesPath, parsePathPattern } from '../../../../src/words/path-pattern.js';
import { same, type Target, texts } from '../target.js';

export const target: Target = {
  name: 'globs',
  maxBytes: 96,
  seeds: texts(
    '**/*.tar\na/b/c.tar',
    'a?c/**\nabc/d',
    '*/[a-z]?:1*\nx/yz:12',
    './a**/b\na/x/b',
    '[^a]\\*\nb*',
    '**\n',
    'Ab*C?d*\nabxxcyd!',
  ),
  words: ['**/', '**', '[^', ']', '\\', './', '\n', 'ſ', 'ß'],
  check(input) {
    const [glob = '', path = ''] = input.toString().split('\n', 2);
    const pathGlob = parsePathGlob(glob);
    same('path', pathGlob === null ? null : matchesGlob(pathGlob, path), byTable(pathTokens(glob), bare(path)));
    const nameGlob = parseNameGlob(glob);
    same('name', nameGlob === null ? null : matchesName(nameGlob, path), byTable(nameTokens(glob), folded(path)));
    const pattern = parsePathPattern(glob);
    if (pattern === null) return;
    const matches = matchesPath(pattern, nameBytes(path));
    if (!/[*?[\\]/.test(glob)) same('pattern', matches, glob.toWellFormed() === path.toWellFormed());
  },
};

/** Which characters a token takes, and how many: one, or any number. */
interface Token {
  readonly takes: (character: string) => boolean;
  readonly many: boolean;
  /** It may take nothing, or characters up to and with a slash. */
  readonly folders?: true;
}

const any = (): boolean => true;
const noSlash = (character: string): boolean => character !== '/';

const bare = (path: string): string => path.replace(/^\.\//, '');
const folded = (text: string): string => text.toLowerCase().toUpperCase();

function pathTokens(glob: string): Token[] {
  const pieces = bare(glob).match(/\*{2,}\/?|./gsu) ?? [];
  return pieces.flatMap((piece, at): Token[] => {
    if (piece === '*') return [{ takes: noSlash, many: true }];
    if (piece === '?') return [{ takes: noSlash, many: false }];
    if (!piece.startsWith('**')) return [{ takes: (character) => character === piece, many: false }];
    if (!piece.endsWith('/')) return [{ takes: any, many: true }];
    if (at === 0 || pieces[at - 1]?.endsWith('/')) return [{ takes: any, many: true, folders: true }];
    return [
      { takes: any, many: true },
      { takes: (character) => character === '/', many: false },
    ];
  });
}

function nameTokens(glob: string): Token[] {
  return Array.from(folded(glob), (piece): Token => {
    if (piece === '*') return { takes: any, many: true };
    return { takes: piece === '?' ? any : (character) => character === piece, many: false };
  });
}

/** Whether all tokens take all characters: row by row, which starts of the text the tokens so far can take. */
function byTable(tokens: readonly Token[], text: string): boolean {
  const characters = [...text];
  let starts = characters.map(() => false);
  starts.push(false);
  starts[0] = true;
  for (const { takes, many, folders } of tokens) {
    const next: boolean[] = [];
    // Whether the token has begun to take what stands before this place.
    let inside = false;
    for (let at = 0; at <= characters.length; at++) {
      const before = characters[at - 1];
      const goesOn = at > 0 && before !== undefined && takes(before);
      if (!many) next.push(goesOn && starts[at - 1] === true);
      else if (folders) {
        next.push(starts[at] === true || (inside && before === '/'));
        inside ||= starts[at] === true;
      } else {
        inside = (inside && goesOn) || starts[at] === true;
        next.push(inside);
      }
    }
    starts = next;
  }
  return starts.at(-1) === true;
}
