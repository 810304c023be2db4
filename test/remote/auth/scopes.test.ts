import { describe, expect, it } from 'vitest';
import { covers, joinedScopes, parseScopes, repositoryScopes, scopeTexts } from '../../../src/remote/auth/scopes.js';

describe('scopes of a token', () => {
  it('are read as registries write them, and written one for each resource', () => {
    const scopes = parseScopes(
      'repository:b/c:pull repository:a:push,pull registry:catalog:* repository:b/c:push nothing',
    );
    expect(scopeTexts(scopes)).toEqual(['registry:catalog:*', 'repository:a:pull,push', 'repository:b/c:pull,push']);
    expect(scopeTexts(parseScopes('repository:host:5000/a:pull'))).toEqual(['repository:host:5000/a:pull']);
  });

  it('cover what is a part of them, and nothing else', () => {
    const both = joinedScopes(repositoryScopes('a', ['pull', 'push']), repositoryScopes('b', ['pull']));
    expect(covers(both, repositoryScopes('a', ['pull']))).toBe(true);
    expect(covers(both, parseScopes(''))).toBe(true);
    expect(covers(both, repositoryScopes('b', ['push']))).toBe(false);
    expect(covers(both, repositoryScopes('c', ['pull']))).toBe(false);
  });
});
