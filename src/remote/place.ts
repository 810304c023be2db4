/**
 * Where a registry is: from the name that stands in a reference to the host that answers for it. Names come from command
 * lines and from documents; what is no host is refused before an address is made of it.
 */
import { RemoteError } from '../model/error.js';
import type { Reference } from '../model/reference.js';
import { quotedText } from './remote-text.js';

/** One repository of one registry: `registry` as references have it (`docker.io`), `repository` with `library/` where docker implies it. */
export interface RepositoryPlace {
  readonly registry: string;
  readonly repository: string;
}

const hubNames: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);
const hubHost = 'registry-1.docker.io';
const hostGrammar =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?)*\.?|\[[a-f0-9:.]+\])(?::\d{1,5})?$/i;
const repositoryGrammar = /^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*$/;
const longestRepository = 255;

/** The repository of a reference. */
export function repositoryPlace({ domain, path }: Pick<Reference, 'domain' | 'path'>): RepositoryPlace {
  return { registry: domain, repository: path };
}

/** How a place is written in messages: `docker.io/library/debian`. */
export function placeName({ registry, repository }: RepositoryPlace): string {
  return `${registry}/${repository}`;
}

/** Whether the name is one of Docker Hub's. */
export function isHub(registry: string): boolean {
  return hubNames.has(registry.toLowerCase());
}

/** `host[:port]` of the API of a registry. Throws RemoteError where the name is none of a host. */
export function apiHostOf(registry: string): string {
  if (!hostGrammar.test(registry) || registry.length > 300 || !URL.canParse(`https://${registry}/`)) {
    throw new RemoteError(
      `${quotedText(registry)} is no registry: expected a host, with a port or not, as in registry.example:5000`,
    );
  }
  return isHub(registry) ? hubHost : registry.toLowerCase();
}

/** Whether a host (with a port or not) is this machine. Names that only a resolver could tell are not. */
export function isLoopback(host: string): boolean {
  const { hostname } = new URL(`http://${host}/`);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The path of a repository in the API. Throws RemoteError where its name is none that the specification takes. */
export function repositoryPath({ registry, repository }: RepositoryPlace): string {
  if (!repositoryGrammar.test(repository) || repository.length > longestRepository) {
    throw new RemoteError(
      `${quotedText(repository)} is no name of a repository at ${registry}: lower case, digits and . _ - between them, parted by /`,
    );
  }
  return `/v2/${repository}`;
}
