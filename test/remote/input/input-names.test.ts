/** Names of INPUTs in registries: what they mean, and which are refused. */
import { describe, expect, it } from 'vitest';
import { isRemoteInput, parseRemoteInput } from '../../../src/remote/input/input-names.js';

describe('the name of an INPUT in a registry', () => {
  it.each([
    ['docker://debian', 'docker://docker.io/library/debian:latest', 'docker.io'],
    ['docker://shop/api:1.2', 'docker://docker.io/shop/api:1.2', 'docker.io'],
    ['docker://localhost:5000/a/b:2', 'docker://localhost:5000/a/b:2', 'localhost:5000'],
    ['DOCKER://ghcr.io/a/b', 'docker://ghcr.io/a/b:latest', 'ghcr.io'],
    ['registry://localhost:5000', 'registry://localhost:5000', 'localhost:5000'],
    ['registry://localhost:5000/', 'registry://localhost:5000', 'localhost:5000'],
    ['registry://localhost', 'registry://localhost', 'localhost'],
    ['registry://ghcr.io/a/b', 'registry://ghcr.io/a/b', 'ghcr.io'],
    ['registry://docker.io/debian', 'registry://docker.io/library/debian', 'docker.io'],
  ])('%s is %s by its name in full', (input, path, registry) => {
    expect(isRemoteInput(input)).toBe(true);
    expect(parseRemoteInput(input)).toMatchObject({ input, path, registry });
  });

  it('keeps a digest, with a tag beside it and without one', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(parseRemoteInput(`docker://ghcr.io/a/b@${digest}`).path).toBe(`docker://ghcr.io/a/b@${digest}`);
    expect(parseRemoteInput(`docker://debian@${digest}`).path).toBe(`docker://docker.io/library/debian@${digest}`);
    expect(parseRemoteInput(`docker://ghcr.io/a/b:1@${digest}`).path).toBe(`docker://ghcr.io/a/b:1@${digest}`);
  });

  it.each(['archive.tar', 'docker:/x', './docker://x', 'https://ghcr.io/a', '-', ''])(
    'is not that of anything in a registry: %j',
    (input) => {
      expect(isRemoteInput(input)).toBe(false);
    },
  );

  it.each([
    ['docker://', 'is no image of a registry'],
    ['docker://ghcr.io/UPPER', 'is no image of a registry'],
    ['docker://a b', 'is no image of a registry'],
    ['registry://', 'is no registry or repository'],
    ['registry://debian', 'is no registry or repository'],
    ['registry://ghcr.io/a/b:1', 'docker:// takes a tag'],
    ['registry://gh\u001bcr.io/a', 'is no registry or repository'],
  ])('is refused as wrong usage: %j', (input, message) => {
    expect(() => parseRemoteInput(input)).toThrow(message);
    expect(() => parseRemoteInput(input)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it.each(['docker://me:secret@ghcr.io/a/b', 'registry://me:secret@ghcr.io', 'registry://me:secret@ghcr.io/a'])(
    'with a user before the host is refused, and not shown: %s',
    (input) => {
      expect(() => parseRemoteInput(input)).toThrow('names a user before the host');
      expect(() => parseRemoteInput(input)).not.toThrow('secret');
    },
  );
});
