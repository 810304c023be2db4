/**
 * Names of tags and repositories (distribution specification, "Listing tags": end-8; docker's `_catalog`), page by page as `Link`
 * leads. Hostile input: pages that lead in circles, lists that never end, names that are none.
 */
import { RemoteError } from '../../model/error.js';
import { limitMessage } from '../../model/limits.js';
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
/** Pages without a name in a row: one may be, where a registry leaves out what nobody may see. */
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
  const { runImageNames } = session.settings.limits;
  const seen = new Set<string>();
  let count = 0;
  let emptyPages = 0;
  let before: ReadonlySet<unknown> = new Set();
  for (let at: string | URL | null = call.at; at !== null; ) {
    const { asked, names: all, next } = await page(session, { ...call, at }, member);
    // Of a page that was asked for on a guess the registry may have made the one before.
    const names = all.filter((name) => !before.has(name));
    before = new Set();
    for (const name of names) {
      count += 1;
      if (count > runImageNames)
        throw new RemoteError(
          `${asked}: ${limitMessage('runImageNames', runImageNames, 'the list goes on beyond it')}`,
        );
      if (!isName(name))
        throw new RemoteError(`${asked}: the list has what is no name: ${quotedText(JSON.stringify(name) ?? '')}`);
      yield name;
    }
    emptyPages = names.length === 0 ? emptyPages + 1 : 0;
    if (next !== null && (seen.has(next.href) || emptyPages > mostEmptyPages)) {
      throw new RemoteError(`${asked}: the pages of the list lead in a circle`);
    }
    if (next !== null) seen.add(next.href);
    at = next;
    // A full page: some registries (that of crane) leave out where the next one is.
    const last = names.at(-1);
    if (next === null && all.length === pageNames && isName(last)) {
      before = new Set(all);
      at = `${String(call.at)}&last=${encodeURIComponent(last)}`;
    }
  }
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
