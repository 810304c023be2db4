/**
 * INPUTs that name something in a registry: `docker://REF`, one image by docker's rules, and `registry://HOST[/REPOSITORY]`,
 * all tags there. A name and a password before the host are refused, without being shown: they would stand in every report.
 */
import { VarveError } from '../../model/error.js';
import { formatReference, type Reference, tryParseReference, withDefaultTag } from '../../model/reference.js';

/** One image, or all tags of a repository or a registry. `path`: its name in full, by which results call it. */
export type RemoteInput =
  | {
      readonly kind: 'image';
      readonly input: string;
      readonly path: string;
      readonly registry: string;
      readonly reference: Reference;
    }
  | {
      readonly kind: 'registry';
      readonly input: string;
      readonly path: string;
      readonly registry: string;
      /** Null: all that there are. */
      readonly repository: string | null;
    };

const scheme = /^(docker|registry):\/\//i;
const shownLength = 200;

/** Whether an INPUT is one of a registry. */
export function isRemoteInput(input: string): boolean {
  return scheme.test(input);
}

/** Reads the name of an INPUT in a registry. Throws VarveError `usage` where it is none. */
export function parseRemoteInput(input: string): RemoteInput {
  const kind = scheme.exec(input)?.[1]?.toLowerCase();
  const name = input.slice(input.indexOf('://') + 3);
  if (/^[^/]*@[^/]*(?:\/|$)/.test(name) && !/^[^/@]+@[a-z0-9]+:[0-9a-f]{32,}$/i.test(name)) {
    throw new VarveError(
      'usage',
      `an INPUT ${kind}://… names a user before the host: leave that out; varve login keeps credentials`,
    );
  }
  return kind === 'docker' ? imageInput(input, name) : registryInput(input, name);
}

function imageInput(input: string, name: string): RemoteInput {
  const parsed = tryParseReference(name);
  if (parsed === null || parsed.domain === '') {
    throw new VarveError(
      'usage',
      `${shown(input)} is no image of a registry; write docker://[HOST/]NAME[:TAG|@DIGEST]`,
    );
  }
  const reference = withDefaultTag(parsed);
  return {
    kind: 'image',
    input,
    path: `docker://${formatReference(reference)}`,
    registry: reference.domain,
    reference,
  };
}

function registryInput(input: string, name: string): RemoteInput {
  const plain = name.replace(/\/$/, '');
  const slash = plain.indexOf('/');
  const host = slash === -1 ? plain : plain.slice(0, slash);
  const below = slash === -1 ? null : plain.slice(slash + 1);
  // What is no host in a reference would be a name of Docker Hub in the names of its images.
  const parsed = tryParseReference(`${host}/${below ?? 'any'}`);
  const isHost = host === 'localhost' || /[.:]/.test(host);
  if (!isHost || parsed === null || parsed.tag !== null || parsed.digest !== null) {
    const form = 'registry://HOST[:PORT][/REPOSITORY], with a dot, a port or localhost as HOST';
    throw new VarveError('usage', `${shown(input)} is no registry or repository; write ${form}; docker:// takes a tag`);
  }
  const { domain, path } = parsed;
  const repository = below === null ? null : path;
  const full = repository === null ? `registry://${domain}` : `registry://${domain}/${repository}`;
  return { kind: 'registry', input, path: full, registry: domain, repository };
}

function shown(input: string): string {
  return JSON.stringify(input.length > shownLength ? `${input.slice(0, shownLength)}…` : input);
}
