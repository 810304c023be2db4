/** The search of registries that a command line names: opened where there is one, closed when it is done. */
import type { Limits } from '../../model/limits.js';
import { tryParseReference } from '../../model/reference.js';
import type { ImageSearch } from '../../model/results/results.js';
import { parseRemoteInput } from '../../remote/input/input-names.js';
import type { RepositorySearch, searchRepositories } from '../../remote/input/repository-search.js';
import type { CommandIo } from '../command-io.js';
import type { ScanOption } from '../line/options.js';
import type { CommandOptions } from '../line/read-options.js';
import { UsageError } from '../line/usage-error.js';

/** So many tags of a repository are shown at most. */
const shownTags = 100;

export interface OpenRegistrySearch {
  /** Each once. */
  readonly registries: readonly string[];
  find(registry: string, wanted: Omit<Parameters<typeof searchRepositories>[2], 'limits'>): Promise<RepositorySearch>;
  /** The same results, with the tags of those that a registry lists; Docker Hub tells none. */
  withTags(found: ImageSearch): Promise<ImageSearch>;
  close(): Promise<void>;
}

/** Null where there is none to be searched. Throws UsageError with `--offline`. */
export async function openRegistrySearch(
  inputs: readonly string[],
  options: CommandOptions<ScanOption>,
  io: CommandIo,
): Promise<OpenRegistrySearch | null> {
  const parsed = inputs.map(parseRemoteInput);
  const [first] = parsed;
  if (first === undefined) return null;
  if (options.offline) throw new UsageError(`${first.path} is a registry, and --offline forbids to ask it`);
  const { openRegistryClient, runLimits } = await import('./registry-client.js');
  const { tagsOfRepositories, searchRepositories } = await import('../../remote/input/repository-search.js');
  const { usualConnections } = await import('../../remote/settings.js');
  const limits: Limits = runLimits(options);
  const client = openRegistryClient(options, io, { limits });
  return {
    registries: [...new Set(parsed.map(({ registry }) => registry))],
    find: (registry, wanted) => searchRepositories(client, registry, { ...wanted, limits }),
    withTags: async (found) => {
      const listed = found.results.filter(({ images, starCount }) => images.length === 0 && starCount === undefined);
      const names = listed.flatMap(({ repository }) => tryParseReference(repository ?? '') ?? []);
      const tags = await tagsOfRepositories(client, names, { parallel: usualConnections, most: shownTags });
      return {
        ...found,
        results: found.results.map((result) => {
          const own = tags.get(result.repository ?? '');
          return own === undefined ? result : { ...result, tags: [...own] };
        }),
      };
    },
    close: () => client.close(),
  };
}
