/**
 * Repositories of a registry by a part of their names: by the search of Docker Hub, else by the catalog that others have.
 * Hostile input: a catalog without an end, names that are none.
 */
import { type Limits, limitMessage } from '../../model/limits.js';
import { type Reference, tryParseReference } from '../../model/reference.js';
import { inLanes } from './lanes.js';
import type { RegistryReader } from './registry-reader.js';

/** What is asked of a client of registries to search one. */
export interface RegistrySearcher extends Pick<RegistryReader, 'catalog' | 'tags'> {
  /** Null where the registry has no search of its own. */
  search(
    registry: string,
    term: string,
    limit: number,
  ): Promise<readonly { readonly name: string; readonly description: string; readonly stars: number }[] | null>;
}

/** A repository that was found, and what is said of it. */
export interface FoundInRegistry {
  readonly reference: Reference;
  readonly description: string | null;
  readonly starCount: number | null;
}

export interface RepositorySearch {
  readonly found: readonly FoundInRegistry[];
  /** Why there may be more; null where that was all. */
  readonly givenUp: string | null;
}

/** Searches a registry. Throws VarveError `remote` where it has no list, or does not give it. */
export async function searchRepositories(
  searcher: RegistrySearcher,
  registry: string,
  { term, limit, limits }: { term: string; limit: number; limits: Pick<Limits, 'registryRepositories'> },
): Promise<RepositorySearch> {
  const answers = await searcher.search(registry, term, limit);
  if (answers !== null) {
    const found = answers.flatMap(({ name, description, stars }) => {
      const reference = tryParseReference(`${registry}/${name}`);
      return reference === null ? [] : [{ reference, description: description || null, starCount: stars }];
    });
    return { found, givenUp: null };
  }
  return searchCatalog(searcher, registry, term.toLowerCase(), limits.registryRepositories);
}

async function searchCatalog(
  searcher: RegistrySearcher,
  registry: string,
  wanted: string,
  most: number,
): Promise<RepositorySearch> {
  const found: FoundInRegistry[] = [];
  let count = 0;
  for await (const name of searcher.catalog(registry)) {
    if (++count > most) {
      const givenUp = limitMessage('registryRepositories', most, `${registry} lists more repositories`);
      return { found, givenUp };
    }
    const text = `${registry}/${name}`;
    const reference = text.toLowerCase().includes(wanted) ? tryParseReference(text) : null;
    if (reference !== null && reference.tag === null) found.push({ reference, description: null, starCount: null });
  }
  return { found, givenUp: null };
}

/** The tags of repositories, by their names in full, at most so many of each; none of one that does not give them. */
export async function tagsOfRepositories(
  searcher: RegistrySearcher,
  repositories: readonly Reference[],
  { parallel, most }: { readonly parallel: number; readonly most: number },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const tags = new Map<string, readonly string[]>();
  await inLanes(repositories, parallel, async ({ domain, path }) => {
    const own: string[] = [];
    try {
      for await (const tag of searcher.tags({ registry: domain, repository: path })) {
        own.push(tag);
        if (own.length === most) break;
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'remote')) throw error;
    }
    tags.set(`${domain}/${path}`, own.sort());
  });
  return tags;
}
