/**
 * The users that a file like /etc/passwd names, read as the code of the runtimes reads it (user.ParsePasswd of moby, which
 * containerd, podman and CRI-O use as well): a uid that is no number is 0 there, and so root. Hostile input: any bytes; the
 * caller bounds them.
 */
import { maxUid } from './run-user.js';

/** A user by name, and whether a container that runs as it may run as root. */
export interface Account {
  readonly name: string;
  readonly root: boolean;
}

/** What a layer does to the users of the image. */
export interface LayerAccounts {
  /** What becomes of /etc/passwd by it; `unclear` where that depends on links or the file is too large; null: nothing. */
  readonly passwd: 'written' | 'removed' | 'unclear' | null;
  /** Those of the /etc/passwd that it writes. */
  readonly users: readonly Account[];
  /** Names that files called passwd elsewhere give to root: over a link such a file may be the one that counts. */
  readonly rootsElsewhere: readonly string[];
}

/** The users of the file; several of one name as they stand. */
export function parseAccounts(text: string): Account[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', , uid = ''] = line.split(':');
      return { name, root: isRoot(uid) };
    });
}

function isRoot(uid: string): boolean {
  const number = /^[+-]?\d+$/.test(uid) ? Number(uid) : 0;
  return number <= 0 || number > maxUid;
}

/**
 * What the layers of an image, base first, say of a user by name; null where that is not known: a layer was not read (null),
 * or what it does is not clear.
 */
export function accountIn(
  layers: readonly (LayerAccounts | 'untouched' | null)[],
  name: string,
): 'root' | 'user' | 'missing' | null {
  if (layers.length === 0 || layers.includes(null)) return null;
  const touching = layers.filter((layer) => layer !== null && layer !== 'untouched');
  const last = touching.findLast(({ passwd }) => passwd !== null);
  if (last?.passwd === 'unclear') return null;
  const found = (last?.users ?? []).filter((user) => user.name === name);
  if (found.some(({ root }) => root)) return 'root';
  if (touching.some(({ rootsElsewhere }) => rootsElsewhere.includes(name))) return null;
  return found.length > 0 ? 'user' : 'missing';
}
