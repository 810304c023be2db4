/** Scopes of tokens (the distribution project's "Token Scope Documentation"): which actions on which resource one is for. */

/** Actions by resource, as `repository:library/debian`. */
export type Scopes = ReadonlyMap<string, ReadonlySet<string>>;

export const noScopes: Scopes = new Map();
export const catalogScopes: Scopes = new Map([['registry:catalog', new Set(['*'])]]);

export function repositoryScopes(repository: string, actions: readonly ('pull' | 'push')[]): Scopes {
  return new Map([[`repository:${repository}`, new Set(actions)]]);
}

/** Reads `repository:a/b:pull,push repository:c:pull`; what has no resource is passed over. */
export function parseScopes(text: string): Scopes {
  const words = text.split(' ').flatMap((word) => /^([^:]+:.+):([^:]*)$/.exec(word) ?? []);
  const scopes = new Map<string, ReadonlySet<string>>();
  for (let i = 0; i < words.length; i += 3) {
    const actions = (words[i + 2] ?? '').split(',').filter((action) => action !== '');
    const resource = words[i + 1] ?? '';
    scopes.set(resource, new Set([...(scopes.get(resource) ?? []), ...actions]));
  }
  return scopes;
}

/** All actions of both. */
export function joinedScopes(one: Scopes, other: Scopes): Scopes {
  const joined = new Map(one);
  for (const [resource, actions] of other) joined.set(resource, new Set([...(joined.get(resource) ?? []), ...actions]));
  return joined;
}

/** Whether a token for `held` is good for `wanted`. */
export function covers(held: Scopes, wanted: Scopes): boolean {
  return [...wanted].every(([resource, actions]) => [...actions].every((action) => held.get(resource)?.has(action)));
}

/** One text for each resource, both sorted, as token servers take them. */
export function scopeTexts(scopes: Scopes): readonly string[] {
  return [...scopes].map(([resource, actions]) => `${resource}:${[...actions].sort().join(',')}`).sort();
}
