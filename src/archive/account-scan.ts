/**
 * Which users a layer gives to its image: looks at /etc/passwd, at what takes it away, and at files and links that may stand
 * for it. Of every other entry only the end of its name is looked at. Hostile input: bodies are kept up to a bound, one at a
 * time, and what is beyond it makes the answer unclear.
 */
import { type Account, type LayerAccounts, parseAccounts } from '../model/foreign/accounts.js';
import { normalizeName } from './entry-table.js';
import type { TarEntry } from './tar/tar-entry.js';

/** Bytes of one file of users; ours: some thousand users. */
const maxPasswdBytes = 64 * 1024;
/** Names from files elsewhere; ours. */
const maxElsewhere = 1024;

const passwd = 'etc/passwd';
const removing: ReadonlySet<string> = new Set(['etc/.wh.passwd', '.wh.etc', 'etc/.wh..wh..opq', '.wh..wh..opq']);
const lastOf = { passwd: 0x64, etc: 0x63, opaque: 0x71, folder: 0x2f };
/** How the names end that matter. */
const ends = /(?:passwd|etc|opq)\/*$/;
const toEtc = /(?:^|\/)etc\/*$/;

export class AccountScan {
  #state: LayerAccounts['passwd'] = null;
  #users: Account[] = [];
  readonly #elsewhere = new Set<string>();
  #name = '';
  #body: Buffer[] = [];

  /** Whether the body of the entry is wanted. */
  entry({ name, type, linkName, sizeBytes }: TarEntry): boolean {
    if (linkName !== null && type === 'symlink' && toEtc.test(linkName)) this.#state = 'unclear';
    if (!mayMatter(name) || !ends.test(name)) return false;
    const path = normalizeName(name);
    if (removing.has(path)) this.#state ??= 'removed';
    if (path === 'etc' && type !== 'directory') this.#state = 'unclear';
    if (path === passwd && (type !== 'file' || sizeBytes > maxPasswdBytes)) this.#state = 'unclear';
    const wanted = type === 'file' && sizeBytes <= maxPasswdBytes && (path === passwd || path.endsWith('/passwd'));
    if (wanted) this.#name = path;
    return wanted;
  }

  body(bytes: Buffer): void {
    this.#body.push(Buffer.from(bytes));
  }

  bodyEnd(): void {
    const users = parseAccounts(Buffer.concat(this.#body).toString('utf8'));
    this.#body = [];
    if (this.#name === passwd) {
      if (this.#state !== 'unclear') this.#state = 'written';
      // Of two in one layer either may be the one that counts.
      this.#users.push(...users);
    } else for (const { name, root } of users) if (root && name !== 'root') this.#rememberElsewhere(name);
  }

  /** Null where the layer says nothing of users. */
  finish(): LayerAccounts | null {
    if (this.#state === null && this.#elsewhere.size === 0) return null;
    return { passwd: this.#state, users: this.#users, rootsElsewhere: [...this.#elsewhere] };
  }

  #rememberElsewhere(name: string): void {
    if (this.#elsewhere.size < maxElsewhere) this.#elsewhere.add(name);
    else this.#state = 'unclear';
  }
}

/** By its last character, since nearly all names end here. */
function mayMatter(name: string): boolean {
  const last = name.charCodeAt(name.length - 1);
  return last === lastOf.passwd || last === lastOf.etc || last === lastOf.opaque || last === lastOf.folder;
}
