/**
 * References against the facts of the distribution project's own tests (reference_test.go, normalize_test.go): the same
 * inputs must give the same parts, or be refused. Then our own additions: limits, round trips, tags of annotations.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../../src/model/digest.js';
import { VarveError } from '../../src/model/error.js';
import {
  classifyTag,
  familiarName,
  familiarReference,
  formatReference,
  isOfficial,
  maxReferenceLength,
  parseReference,
  type Reference,
  tryParseReference,
  withDefaultTag,
} from '../../src/model/reference.js';

const f64 = 'f'.repeat(64);
const f128 = 'f'.repeat(128);
const identifier = '1a3f5e7d9c1b3a5f7e9d1c3b5a7f9e1d3c5b7a9f1e3d5d7c9b1a3f5e7d9c1b3a';
const busyboxDigest = 'sha256:86e0e091d0da6bde2456dbb48306f3956bbeb2eae1b5b9a43045843f69fe4aaa';

function reference(domain: string, path: string, tag: string | null = null, digest: string | null = null): Reference {
  return { domain, path, tag, digest: digest as Digest | null };
}

/** `reference`, or the code of the error that was thrown; anything else that is thrown fails the test. */
function outcome(text: string): string {
  try {
    parseReference(text);
    return 'reference';
  } catch (error) {
    if (error instanceof VarveError) return error.code;
    throw error;
  }
}

describe('parseReference', () => {
  it.each<[text: string, expected: Reference]>([
    ['test_com', reference('docker.io', 'library/test_com')],
    ['test.com:tag', reference('docker.io', 'library/test.com', 'tag')],
    ['test.com:5000', reference('docker.io', 'library/test.com', '5000')],
    ['test.com/repo:tag', reference('test.com', 'repo', 'tag')],
    ['test:5000/repo', reference('test:5000', 'repo')],
    ['test:5000/repo:tag', reference('test:5000', 'repo', 'tag')],
    [`test:5000/repo@sha256:${f64}`, reference('test:5000', 'repo', null, `sha256:${f64}`)],
    [`test:5000/repo:tag@sha256:${f64}`, reference('test:5000', 'repo', 'tag', `sha256:${f64}`)],
    ['lowercase:Uppercase', reference('docker.io', 'library/lowercase', 'Uppercase')],
    ['sub-dom1.foo.com/bar/baz/quux:some-long-tag', reference('sub-dom1.foo.com', 'bar/baz/quux', 'some-long-tag')],
    [
      'b.gcr.io/test.example.com/my-app:test.example.com',
      reference('b.gcr.io', 'test.example.com/my-app', 'test.example.com'),
    ],
    ['xn--n3h.com/myimage:xn--n3h.com', reference('xn--n3h.com', 'myimage', 'xn--n3h.com')],
    [`xn--7o8h.com/myimage:1@sha512:${f128}`, reference('xn--7o8h.com', 'myimage', '1', `sha512:${f128}`)],
    [`repo@sha384:${'0'.repeat(96)}`, reference('docker.io', 'library/repo', null, `sha384:${'0'.repeat(96)}`)],
    ['foo_bar.com:8080', reference('docker.io', 'library/foo_bar.com', '8080')],
    ['foo/foo_bar.com:8080', reference('docker.io', 'foo/foo_bar.com', '8080')],
    ['192.168.1.1', reference('docker.io', 'library/192.168.1.1')],
    ['192.168.1.1:5000', reference('docker.io', 'library/192.168.1.1', '5000')],
    ['192.168.1.1/repo', reference('192.168.1.1', 'repo')],
    ['192.168.1.1:5000/repo:5050', reference('192.168.1.1:5000', 'repo', '5050')],
    ['[2001:db8::1]/repo', reference('[2001:db8::1]', 'repo')],
    ['[2001:db8:1:2:3:4:5:6]/repo:tag', reference('[2001:db8:1:2:3:4:5:6]', 'repo', 'tag')],
    [`[2001:db8::1]:5000/repo:tag@sha256:${f64}`, reference('[2001:db8::1]:5000', 'repo', 'tag', `sha256:${f64}`)],
    ['[::1]:5000/repo', reference('[::1]:5000', 'repo')],
    [`example.com/${'a'.repeat(255)}:tag`, reference('example.com', 'a'.repeat(255), 'tag')],
    ['test_com/foo', reference('docker.io', 'test_com/foo')],
    ['docker/migrator', reference('docker.io', 'docker/migrator')],
    ['test-com:8080/foo', reference('test-com:8080', 'foo')],
    ['docker.io/foo', reference('docker.io', 'library/foo')],
    ['docker.io/library/foo/bar', reference('docker.io', 'library/foo/bar')],
    ['index.docker.io/debian', reference('docker.io', 'library/debian')],
    ['index.docker.io/library/debian', reference('docker.io', 'library/debian')],
    ['LOCALDOMAIN/debian', reference('LOCALDOMAIN', 'debian')],
    ['localhost/library/debian', reference('localhost', 'library/debian')],
    [`docker.io/${identifier}`, reference('docker.io', `library/${identifier}`)],
    [`busybox:latest@${busyboxDigest}`, reference('docker.io', 'library/busybox', 'latest', busyboxDigest)],
  ])('reads %j as the distribution project does', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  it('has no domain where the first part has a dot but is no host, as the distribution project has it', () => {
    expect(parseReference('foo_bar.com/x:1')).toEqual(reference('', 'foo_bar.com/x', '1'));
    expect(formatReference(parseReference('foo_bar.com/x:1'))).toBe('foo_bar.com/x:1');
    expect(familiarReference(parseReference('foo_bar.com/x:1'))).toBe('foo_bar.com/x:1');
  });

  it.each([
    'docker/docker',
    'thisisthesongthatneverendsitgoesonandonandonthisisthesongthatnev',
    'docker-rules/docker',
    'docker---rules/docker',
    'doc/docker',
    'd/docker',
    'jess/t',
    'dock__er/docker',
    'Docker/docker',
    'DOCKER/docker',
    '[fc00:1:2:3:4:5:6:7]:5000/library/debian',
    '192.168.0.2:25000/debian',
    identifier.slice(1),
    `${identifier}:tag`,
  ])('accepts as a repository name %j', (text) => {
    expect(outcome(text)).toBe('reference');
  });

  it.each([
    '',
    ':justtag',
    `@sha256:${f64}`,
    `repo@sha256:${'f'.repeat(34)}`,
    `validname@invaliddigest:${f64}`,
    'Uppercase:tag',
    'test:5000/Uppercase/lowercase:tag',
    'aa/asdf$$^/aa',
    '[2001:db8::1]',
    '[2001:db8::1]:5000',
    '[2001:db8::1]:tag',
    '[fe80::1%eth0]:5000/repo',
    '[fe80::1%@invalidzone]:5000/repo',
    '[2001:db8:3:4::192.0.2.33]:5000/debian',
    'fc00::1:5000/debian',
    'https://github.com/docker/docker',
    'docker/Docker',
    'docker.io/docker/Docker',
    '-docker',
    '-docker/docker',
    'docker-/docker',
    '-docker-/docker',
    '-docker.io/docker/docker',
    'docker///docker',
    'docker.io/docker///docker',
    '____/____',
    '_docker/_docker',
    'dock..er/docker',
    'dock_.er/docker',
    'dock-.er/docker',
    'dock___er/docker',
    'docker/',
    'docker.io/',
    '/docker',
    'test.com:http/repo',
    'ab.com-/repo',
    'ab.-com/repo',
    'repo:',
    'repo:-tag',
    'repo:.tag',
    'repo:a:b',
    'repo@',
    'repo@sha256',
    `repo@sha256:${f64}@sha256:${f64}`,
    `repo@sha256:${f64}\n`,
    'repo\n',
    'r\u00e9po',
    identifier,
    `${'this_is_not_a_valid_namespace_because_its_lenth_is_greater_than_255_'.repeat(4)}x/docker`,
  ])('refuses %j with its own error', (text) => {
    expect(outcome(text)).toBe('document-invalid');
    expect(tryParseReference(text)).toBeNull();
  });

  it.each([
    ['sha256', 64],
    ['sha384', 96],
    ['sha512', 128],
  ])('takes a %s digest of exactly %i lower-case digits', (algorithm, length) => {
    expect(outcome(`repo@${algorithm}:${'a'.repeat(length)}`)).toBe('reference');
    expect(outcome(`repo@${algorithm}:${'a'.repeat(length - 1)}`)).toBe('document-invalid');
    expect(outcome(`repo@${algorithm}:${'a'.repeat(length + 1)}`)).toBe('document-invalid');
    expect(outcome(`repo@${algorithm}:${'A'.repeat(length)}`)).toBe('document-invalid');
  });

  it('takes a repository name of 255 characters, the implied namespace included, and none longer', () => {
    expect(outcome(`example.com/${'a'.repeat(255)}`)).toBe('reference');
    expect(outcome(`example.com/${'a'.repeat(256)}`)).toBe('document-invalid');
    expect(outcome('a'.repeat(255 - 'library/'.length))).toBe('reference');
    expect(outcome('a'.repeat(256 - 'library/'.length))).toBe('document-invalid');
  });

  it('takes a tag of 128 characters and none longer', () => {
    expect(outcome(`repo:${'a'.repeat(128)}`)).toBe('reference');
    expect(outcome(`repo:${'a'.repeat(129)}`)).toBe('document-invalid');
  });

  it('takes a text at the cap, whose domain the grammar does not bound, and none longer', () => {
    const ending = '.com/repo';
    const domain = 'a'.repeat(maxReferenceLength - ending.length);
    expect(outcome(`${domain}${ending}`)).toBe('reference');
    expect(outcome(`a${domain}${ending}`)).toBe('document-invalid');
  });

  it.each([
    ['a', '!'],
    ['a-', '!'],
    ['a.', '/!'],
    ['a_', '!'],
    ['a/', ''],
    ['-', ''],
    ['/', ''],
    [':', '/x'],
    ['[::', ']/x'],
    ['x:a@', ''],
  ])('refuses a long run of %j followed by %j', (unit, ending) => {
    const atTheCap = unit.repeat(maxReferenceLength).slice(0, maxReferenceLength - ending.length) + ending;
    expect(outcome(atTheCap)).toBe('document-invalid');
    expect(outcome(unit.repeat(5_000_000) + ending)).toBe('document-invalid');
  });
});

describe('the texts of a reference', () => {
  // [full name, familiar name, another spelling, domain, path]
  it.each([
    ['localhost/fooo', 'localhost/fooo', 'localhost/fooo', 'localhost', 'fooo'],
    ['localhost/fooo/bar', 'localhost/fooo/bar', 'localhost/fooo/bar', 'localhost', 'fooo/bar'],
    ['LOCALDOMAIN/fooo', 'LOCALDOMAIN/fooo', 'LOCALDOMAIN/fooo', 'LOCALDOMAIN', 'fooo'],
    ['docker.io/fooo/bar', 'fooo/bar', 'index.docker.io/fooo/bar', 'docker.io', 'fooo/bar'],
    ['docker.io/library/ubuntu', 'ubuntu', 'library/ubuntu', 'docker.io', 'library/ubuntu'],
    ['docker.io/nonlibrary/ubuntu', 'nonlibrary/ubuntu', 'nonlibrary/ubuntu', 'docker.io', 'nonlibrary/ubuntu'],
    ['docker.io/other/library', 'other/library', 'other/library', 'docker.io', 'other/library'],
    [
      '127.0.0.1:8000/private/moonbase',
      '127.0.0.1:8000/private/moonbase',
      '127.0.0.1:8000/private/moonbase',
      '127.0.0.1:8000',
      'private/moonbase',
    ],
    ['example.com/privatebase', 'example.com/privatebase', 'example.com/privatebase', 'example.com', 'privatebase'],
    ['example.com:8000/base', 'example.com:8000/base', 'example.com:8000/base', 'example.com:8000', 'base'],
    [
      'docker.io/library/ubuntu-12.04-base',
      'ubuntu-12.04-base',
      'index.docker.io/library/ubuntu-12.04-base',
      'docker.io',
      'library/ubuntu-12.04-base',
    ],
    ['docker.io/library/foo', 'foo', 'docker.io/foo', 'docker.io', 'library/foo'],
    ['docker.io/library/foo/bar', 'library/foo/bar', 'library/foo/bar', 'docker.io', 'library/foo/bar'],
    ['docker.io/store/foo/bar', 'store/foo/bar', 'store/foo/bar', 'docker.io', 'store/foo/bar'],
    ['FOO/bar', 'FOO/bar', 'FOO/bar', 'FOO', 'bar'],
  ])('are the same for every spelling of %s', (full, familiar, other, domain, path) => {
    for (const spelling of [full, familiar, other]) {
      const parsed = parseReference(spelling);
      expect(parsed).toEqual(reference(domain, path));
      expect(formatReference(parsed)).toBe(full);
      expect(familiarName(parsed)).toBe(familiar);
      expect(familiarReference(parsed)).toBe(familiar);
    }
  });

  it('carry tag and digest in full and in familiar form, the familiar name carries neither', () => {
    const parsed = parseReference(`busybox:latest@${busyboxDigest}`);
    expect(formatReference(parsed)).toBe(`docker.io/library/busybox:latest@${busyboxDigest}`);
    expect(familiarReference(parsed)).toBe(`busybox:latest@${busyboxDigest}`);
    expect(familiarName(parsed)).toBe('busybox');
  });

  it("shorten names on Docker Hub by docker's rule even where the short form reads as something else", () => {
    expect(familiarReference(parseReference('docker.io/foo.bar/baz'))).toBe('foo.bar/baz');
    expect(parseReference('foo.bar/baz')).toEqual(reference('foo.bar', 'baz'));
    expect(familiarReference(parseReference(`docker.io/${identifier}`))).toBe(identifier);
  });

  it.each([
    ['debian', true],
    ['docker.io/debian:12', true],
    ['library/debian', true],
    ['library/distros/debian', false],
    ['shop/api', false],
    ['localhost/library/debian', false],
  ])('say whether %s is an official image: %s', (text, expected) => {
    expect(isOfficial(parseReference(text))).toBe(expected);
  });
});

describe('withDefaultTag', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['busybox:latest', 'docker.io/library/busybox:latest'],
    ['busybox:1', 'docker.io/library/busybox:1'],
    [`busybox@${busyboxDigest}`, `docker.io/library/busybox@${busyboxDigest}`],
    [`busybox:1@${busyboxDigest}`, `docker.io/library/busybox:1@${busyboxDigest}`],
    ['docker.io/library/busybox', 'docker.io/library/busybox:latest'],
  ])('makes of the reference %s the reference %s', (text, expected) => {
    expect(formatReference(withDefaultTag(parseReference(text)))).toBe(expected);
  });
});

describe('classifyTag', () => {
  it.each([
    ['debian:12', 'docker.io/library/debian:12'],
    ['shop/api', 'docker.io/shop/api:latest'],
    ['localhost/shop:1', 'localhost/shop:1'],
    [`debian@${busyboxDigest}`, `docker.io/library/debian@${busyboxDigest}`],
  ])('takes %j for the reference %s', (text, expected) => {
    expect(classifyTag(text)).toEqual({ kind: 'reference', reference: parseReference(expected) });
  });

  it.each(['latest', '12', 'v1.2.3', '', 'Debian:12', 'a//b', 'weird tag: x', ':', '@', `${'a/'.repeat(5000)}a`])(
    'keeps %j as a local tag',
    (text) => {
      expect(classifyTag(text)).toEqual({ kind: 'local', text });
    },
  );
});

describe('for all texts', () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const component = fc
    .array(fc.tuple(fc.constantFrom('.', '_', '__', '-', '---'), word), { maxLength: 3 })
    .chain((rest) => word.map((first) => first + rest.flat().join('')));
  const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((components) => components.join('/'));
  const privateDomain = fc.oneof(
    fc.constantFrom('localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:443', '[fe80::1]', 'REGISTRY', 'host:1'),
    fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}[a-z0-9]\.[A-Za-z]{2,5}(:[0-9]{1,5})?$/),
  );
  const name = fc.oneof(
    fc.record({ domain: privateDomain, path }),
    fc.record({ domain: fc.constant('docker.io'), path: path.map((rest) => `library/${rest}`) }),
    fc.record({ domain: fc.constant('docker.io'), path: fc.tuple(word, path).map((parts) => parts.join('/')) }),
  );
  const suffixes = fc.record({
    tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,127}$/)),
    digest: fc.option(
      fc.oneof(fc.stringMatching(/^sha256:[0-9a-f]{64}$/), fc.stringMatching(/^sha512:[0-9a-f]{128}$/)),
    ),
  });
  const anyReference = fc
    .tuple(name, suffixes)
    .map(([{ domain, path: repository }, { tag, digest }]) => reference(domain, repository, tag, digest));
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'aA0./:@-_[]'), maxLength: 40 }),
    fc.tuple(anyReference, fc.nat(), fc.constantFrom(...'aA0./:@-_[] \n')).map(([parts, position, character]) => {
      const text = formatReference(parts);
      const cut = position % (text.length + 1);
      return text.slice(0, cut) + character + text.slice(cut);
    }),
  );

  it('a normalised reference survives being written and read', () => {
    fc.assert(
      fc.property(anyReference, (parts) => {
        expect(parseReference(formatReference(parts))).toEqual(parts);
      }),
    );
  });

  it('parsing throws nothing but its own error, and what it accepts is stable', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = tryParseReference(text);
        expect(outcome(text)).toBe(parsed === null ? 'document-invalid' : 'reference');
        expect(parsed === null ? null : tryParseReference(formatReference(parsed))).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it('a full reference is classified as itself with its default tag', () => {
    fc.assert(
      fc.property(anyReference, (parts) => {
        expect(classifyTag(formatReference(parts))).toEqual({ kind: 'reference', reference: withDefaultTag(parts) });
      }),
    );
  });

  it('a text without colon, slash and at sign is always a local tag, shown as written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        const text = raw.replaceAll(/[:/@]/g, '');
        expect(classifyTag(text)).toEqual({ kind: 'local', text });
      }),
    );
  });
});
