import { describe, expect, it } from 'vitest';
import { parseReference } from '../../src/model/reference.js';
import { apiHostOf, isHub, isLoopback, placeName, repositoryPath, repositoryPlace } from '../../src/remote/place.js';

describe('the place of a repository', () => {
  it.each([
    ['debian', 'docker.io/library/debian', 'registry-1.docker.io', '/v2/library/debian'],
    ['index.docker.io/shop/api', 'docker.io/shop/api', 'registry-1.docker.io', '/v2/shop/api'],
    ['ghcr.io/a/b/c:1', 'ghcr.io/a/b/c', 'ghcr.io', '/v2/a/b/c'],
    ['localhost:5000/x', 'localhost:5000/x', 'localhost:5000', '/v2/x'],
    ['[::1]:5000/x', '[::1]:5000/x', '[::1]:5000', '/v2/x'],
  ])('of %s is that of docker', (text, name, host, path) => {
    const place = repositoryPlace(parseReference(text));
    expect([placeName(place), apiHostOf(place.registry), repositoryPath(place)]).toEqual([name, host, path]);
    expect(isHub(place.registry)).toBe(name.startsWith('docker.io/'));
  });

  it.each(['', 'a b', 'x/y', 'user@host', 'host:99999', 'host:', 'http://x', 'ho\nst', '-x', `${'a'.repeat(400)}`])(
    'is refused where %j stands for the registry',
    (registry) => {
      expect(() => apiHostOf(registry)).toThrow(/is no registry/);
    },
  );

  it.each(['', '/a', 'a/', 'a//b', '..', 'a/../b', 'A', 'a?b', 'a b', 'a'.repeat(256)])(
    'is refused where %j stands for the repository',
    (repository) => {
      expect(() => repositoryPath({ registry: 'r.example', repository })).toThrow(/is no name of a repository/);
    },
  );
});

describe('this machine', () => {
  it.each(['localhost', 'localhost:5000', '127.0.0.1', '127.9.8.7:80', '[::1]', '[::1]:5000'])(
    'is known as %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each(['localhost.example', '128.0.0.1', '127.0.0.1.example', '[::2]', '10.0.0.1', 'mylocalhost'])(
    'is not taken for %s',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
