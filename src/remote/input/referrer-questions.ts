/**
 * Which manifests are to be asked for what refers to them, and in which repositories: a list of referrers is one of a repository,
 * and an image that two of them have may be signed in one. Each is asked once.
 */
import type { Digest } from '../../model/digest.js';

export class ReferrerQuestions {
  readonly #repositories = new Map<Digest, Set<string>>();
  readonly #asked = new Set<string>();

  /** A manifest that a repository has. */
  add(digest: Digest, repository: string): void {
    const own = this.#repositories.get(digest) ?? new Set();
    this.#repositories.set(digest, own.add(repository));
  }

  /** What an index names is where the index is. */
  addBelow(digest: Digest, index: Digest): void {
    for (const repository of [...(this.#repositories.get(index) ?? [])]) this.add(digest, repository);
  }

  /** All that were not taken before, in an order that does not depend on who answered first. */
  take(): readonly { readonly digest: Digest; readonly repository: string }[] {
    const all = [...this.#repositories].flatMap(([digest, repositories]) =>
      [...repositories].map((repository) => ({ digest, repository, key: `${digest} ${repository}` })),
    );
    const fresh = all.filter(({ key }) => !this.#asked.has(key)).sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const { key } of fresh) this.#asked.add(key);
    return fresh;
  }
}
