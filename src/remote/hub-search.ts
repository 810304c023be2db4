/** Search on Docker Hub, which has an interface of its own for it (`/v1/search`, as docker asks it). Other registries have none: their catalog is all there is. */
import { RemoteError } from '../model/error.js';
import { jsonOf, wholeDocument } from './http/body.js';
import { isHub } from './place.js';
import type { Session } from './session.js';

/** One repository that was found. */
export interface FoundRepository {
  /** As docker shows it, `debian` or `user/name`. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly isOfficial: boolean;
  readonly isAutomated: boolean;
}

/** Where docker searches. */
const searchHost = 'https://index.docker.io';

/** At most `limit` (1 to 100) repositories, in the order of the Hub; null for a registry that is not the Hub. */
export async function searchHub(
  session: Session,
  registry: string,
  term: string,
  limit: number,
): Promise<readonly FoundRepository[] | null> {
  if (!isHub(registry)) return null;
  const url = new URL(`/v1/search?q=${encodeURIComponent(term)}&n=${limit}`, searchHost);
  return session.getPublic(url, registry, async (response) => {
    const value = jsonOf(await wholeDocument(response, session.settings));
    const results = typeof value === 'object' && value !== null && 'results' in value ? value.results : null;
    if (!Array.isArray(results)) throw new RemoteError(`the search of ${registry} answered no JSON with results`);
    return results.slice(0, limit).flatMap(foundOf);
  });
}

/** A result with a name; numbers and texts that are none are empty. */
function foundOf(entry: unknown): FoundRepository[] {
  const fields = typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>) : {};
  const { name, description, star_count: stars, is_official: isOfficial, is_automated: isAutomated } = fields;
  if (typeof name !== 'string' || name === '') return [];
  return [
    {
      name,
      description: typeof description === 'string' ? description : '',
      stars: typeof stars === 'number' && Number.isSafeInteger(stars) && stars >= 0 ? stars : 0,
      isOfficial: isOfficial === true,
      isAutomated: isAutomated === true,
    },
  ];
}
