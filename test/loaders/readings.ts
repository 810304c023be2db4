/**
 * What loaders took from an archive, in the short form in which it is compared and recorded: each image once, with the
 * letters of the loaders that gave it. Digests are cut: they tell images of one archive apart, and prove nothing.
 */
import { createHash } from 'node:crypto';

/** An image as a loader's answer has it (test/loaders/oracle/main.go). */
export interface LoadedImage {
  readonly name: string;
  readonly config: string;
  readonly diffIDs: readonly string[];
  readonly user: string;
  readonly env: readonly string[];
}

export interface LoaderAnswer {
  readonly images: readonly LoadedImage[];
  readonly error?: string;
}

/** Loaders, name, config, diffIDs, user, environment. */
export type Reading = readonly [
  loaders: string,
  name: string,
  config: string,
  diffIds: string,
  user: string,
  env: readonly string[],
];

const loaderLetters: Readonly<Record<string, string>> = {
  containerd: 'C',
  docker: 'D',
  'crane-tarball': 'T',
  'crane-layout': 'L',
  'skopeo-docker-archive': 'S',
  'skopeo-oci-archive': 'O',
  podman: 'P',
};

export function readingsOf(answers: Readonly<Record<string, LoaderAnswer>>): Reading[] {
  const found = new Map<string, Reading>();
  for (const [loader, { images }] of Object.entries(answers)) {
    const letter = loaderLetters[loader];
    if (letter === undefined) throw new RangeError(`no letter for ${loader}`);
    for (const { name, config, diffIDs, user, env } of images) {
      const rest = [name, shortDigest(config), shortList(diffIDs), user, env] as const;
      const key = JSON.stringify(rest);
      found.set(key, [(found.get(key)?.[0] ?? '') + letter, ...rest]);
    }
  }
  return [...found.values()].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Twelve digits of a digest. */
export function shortDigest(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, 12);
}

/** Twelve digits that stand for a list of diffIDs. */
export function shortList(diffIds: readonly string[]): string {
  return createHash('sha256').update(diffIds.join('\n')).digest('hex').slice(0, 12);
}
