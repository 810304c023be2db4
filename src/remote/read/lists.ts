/**
 * Names of tags and repositories (distribution specification, "Listing tags": end-8; docker's `_catalog`), page by page as `Link`
 * leads. Hostile input: pages that lead in circles, lists that never end, names that are none.
 */
import { RemoteError } from '../../model/error.js';
import { type Limits, limitMessage } from '../../model/limits.js';
import { catalogScopes, repositoryScopes } from '../auth/scopes.js';
import { askedText } from '../failure.js';
import { jsonOf, wholeDocument } from '../http/body.js';
import { nextPage } from '../http/link.js';
import { type RepositoryPlace, repositoryPath } from '../place.js';
import { quotedText } from '../remote-text.js';
import type { RegistryCall, Session } from '../session.js';
import { isTag } from './manifests.js';

/** Names that are asked for at a time; a registry may give fewer. */
const pageNames = 1000;
/** Pages without a name in a row. */
const mostEmptyPages = 100;

/** The tags of a repository, in the order of the registry. Throws RemoteError where the repository is not known. */
export function listTags(session: Session, place: RepositoryPlace): AsyncGenerator<string, void, void> {
  const call: RegistryCall = {
    ...place,
    scopes: repositoryScopes(place.repository, ['pull']),
    method: 'GET',
    at: `${repositoryPath(place)}/tags/list?n=${pageNames}`,
    expected: [200],
  };
  return pages(session, call, 'tags', isTag);
}

const repositoryGrammar = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/;

/** The repositories of a registry that whoever asks may see. Throws RemoteError where the registry has no such list. */
export function listRepositories(session: Session, registry: string): AsyncGenerator<string, void, void> {
  const call: RegistryCall = {
    registry,
    repository: '',
    scopes: catalogScopes,
    method: 'GET',
    at: `/v2/_catalog?n=${pageNames}`,
    expected: [200],
  };
  const isName = (name: unknown): name is string =>
    typeof name === 'string' && name.length <= 255 && repositoryGrammar.test(name);
  return pages(session, call, 'repositories', isName);
}

async function* pages(
  session: Session,
  call: RegistryCall,
  member: 'tags' | 'repositories',
  isName: (name: unknown) => name is string,
): AsyncGenerator<string, void, void> {
  const names = new SeenNames(session.settings.limits, isName);
  for (let at: string | URL | null = call.at; at !== null; ) {
    const found = await page(session, { ...call, at }, member);
    const fresh = names.take(found);
    yield* fresh;
    at = found.next;
    // A full page: some registries (that of crane) leave out where the next one is. Others give the same page again.
    if (at === null && fresh.length > 0 && found.names.length === pageNames) {
      at = `${String(call.at)}&last=${encodeURIComponent(fresh.at(-1) ?? '')}`;
    }
  }
}

/** The names and pages of one list so far. */
class SeenNames {
  readonly #most: number;
  readonly #isName: (name: unknown) => name is string;
  readonly #names = new Set<string>();
  readonly #pages = new Set<string>();
  #idlePages = 0;

  constructor(limits: Limits, isName: (name: unknown) => name is string) {
    this.#most = limits.runImageNames;
    this.#isName = isName;
  }

  /** The names of a page that are new. Throws RemoteError for what is no name, for too many, and for pages in a circle. */
  take({ asked, names, next }: Page): readonly string[] {
    const fresh: string[] = [];
    for (const name of names) {
      if (!this.#isName(name)) throw new RemoteError(`${asked}: the list has what is no name: ${shown(name)}`);
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      if (this.#names.size > this.#most) {
        throw new RemoteError(`${asked}: ${limitMessage('runImageNames', this.#most, 'the list goes on beyond it')}`);
      }
      fresh.push(name);
    }
    this.#idlePages = fresh.length > 0 ? 0 : this.#idlePages + 1;
    if (next !== null) this.#goOn(asked, next, names.length > 0);
    return fresh;
  }

  /** A page without a name may be, where a registry leaves out what nobody may see; one with old names leads in a circle. */
  #goOn(asked: string, next: URL, hasNames: boolean): void {
    const isCircle = this.#idlePages > (hasNames ? 0 : mostEmptyPages) || this.#pages.has(next.href);
    if (isCircle) throw new RemoteError(`${asked}: the pages of the list lead in a circle`);
    this.#pages.add(next.href);
  }
}

/** What stands where a name should; of anything but a text only what it is, since it may be of any depth. */
function shown(value: unknown): string {
  if (typeof value === 'string') return quotedText(value);
  return value !== null && typeof value === 'object' ? 'an object' : String(value);
}

interface Page {
  readonly asked: string;
  readonly names: readonly unknown[];
  readonly next: URL | null;
}

function page(session: Session, call: RegistryCall, member: 'tags' | 'repositories'): Promise<Page> {
  return session.ask(call, async (response) => {
    const value = jsonOf(await wholeDocument(response, session.settings));
    const asked = askedText(response.request);
    const list =
      typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[member] : undefined;
    // A repository without a tag has null there.
    if (list === null) return { asked, names: [], next: null };
    if (!Array.isArray(list)) throw new RemoteError(`${asked}: expected JSON with a list of ${member}, and found none`);
    return { asked, names: list as readonly unknown[], next: nextPage(response) };
  });
}
