/**
 * Platforms against the facts of containerd's own tests (platforms_test.go) and of its normalisation table; what that
 * package takes from the machine that it runs on is refused here.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../src/model/error.js';
import {
  formatPlatform,
  normalizePlatform,
  type Platform,
  parsePlatform,
  platformFromFields,
  samePlatform,
} from '../../src/model/platform.js';

/** The platform, or the code of the error that was thrown; anything else that is thrown fails the test. */
function outcome(text: string): Platform | string {
  try {
    return parsePlatform(text);
  } catch (error) {
    if (error instanceof VarveError) return error.code;
    throw error;
  }
}

describe('parsePlatform', () => {
  it.each<[text: string, expected: Platform]>([
    ['linux/amd64', { os: 'linux', architecture: 'amd64', variant: null, osVersion: null }],
    ['linux/arm/v7', { os: 'linux', architecture: 'arm', variant: 'v7', osVersion: null }],
    ['linux/arm64/v8.3', { os: 'linux', architecture: 'arm64', variant: 'v8.3', osVersion: null }],
    ['Linux/x86_64', { os: 'Linux', architecture: 'x86_64', variant: null, osVersion: null }],
    ['unknown/unknown', { os: 'unknown', architecture: 'unknown', variant: null, osVersion: null }],
    ['windows(10.0.17763)/amd64', { os: 'windows', architecture: 'amd64', variant: null, osVersion: '10.0.17763' }],
    ['windows()/amd64', { os: 'windows', architecture: 'amd64', variant: null, osVersion: null }],
  ])('reads %s as it is written', (text, expected) => {
    expect(parsePlatform(text)).toEqual(expected);
  });

  it.each([
    '',
    '/',
    'linux',
    'arm64',
    '/linux/arm',
    'linux/',
    'linux/arm/',
    'linux /arm',
    'linux/&arm',
    'linux/arm/foo/bar',
    'linux/*',
    '*/arm64',
    'linux//v7',
    'linux/..',
    'linux/arm/..',
    '(10.0)/amd64',
    'windows(10.0/amd64',
    'windows(10.0)x/amd64',
    'linux/amd64\n',
    'linux/\u0000',
  ])('refuses %j with its own error', (text) => {
    expect(outcome(text)).toBe('document-invalid');
  });

  it('takes parts of 64 characters and none longer', () => {
    const part = 'a'.repeat(64);
    expect(formatPlatform(parsePlatform(`${part}(${part})/${part}/${part}`))).toBe(`${part}/${part}/${part}`);
    expect(outcome(`${part}a/amd64`)).toBe('document-invalid');
    expect(outcome(`windows(${part}a)/amd64`)).toBe('document-invalid');
    expect(outcome(`linux/${part}a`)).toBe('document-invalid');
    expect(outcome(`linux/arm/${part}a`)).toBe('document-invalid');
    expect(outcome('a/'.repeat(5_000_000))).toBe('document-invalid');
  });
});

describe('platformFromFields', () => {
  it('takes the fields by their names in JSON', () => {
    const fields = { os: 'windows', architecture: 'amd64', variant: 'v2', 'os.version': '10.0.20348.2227' };
    expect(platformFromFields(fields)).toEqual({
      os: 'windows',
      architecture: 'amd64',
      variant: 'v2',
      osVersion: '10.0.20348.2227',
    });
  });

  it.each([undefined, null, ''])('takes an optional field of %j for an absent one', (absent) => {
    const fields = { os: 'linux', architecture: 'arm64', variant: absent, 'os.version': absent };
    expect(platformFromFields(fields)).toEqual({ os: 'linux', architecture: 'arm64', variant: null, osVersion: null });
  });

  it.each([undefined, null, '', 'a/b', ' ', '..', '\u001b[31m', 'a'.repeat(65)])(
    'gives no platform where os or architecture is %j',
    (value) => {
      expect(platformFromFields({ os: value, architecture: 'amd64' })).toBeNull();
      expect(platformFromFields({ os: 'linux', architecture: value })).toBeNull();
    },
  );

  it('gives no platform where a field is absent altogether or the variant is no plain word', () => {
    expect(platformFromFields({})).toBeNull();
    expect(platformFromFields({ os: 'linux' })).toBeNull();
    expect(platformFromFields({ architecture: 'amd64' })).toBeNull();
    expect(platformFromFields({ os: 'linux', architecture: 'arm', variant: 'v7/v8' })).toBeNull();
  });
});

describe('normalizePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['Linux/x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/V3', 'linux/amd64/v3'],
    ['linux/i386', 'linux/386'],
    ['linux/i386/sse2', 'linux/386'],
    ['linux/386/softfloat', 'linux/386/softfloat'],
    ['linux/Aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v8.0', 'linux/arm64'],
    ['linux/arm64/v8.3', 'linux/arm64/v8.3'],
    ['linux/arm64/9', 'linux/arm64/v9'],
    ['linux/arm64/9.0', 'linux/arm64/v9'],
    ['linux/arm64/v9.0', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/7', 'linux/arm/v7'],
    ['linux/arm/5', 'linux/arm/v5'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/arm/8', 'linux/arm/v8'],
    ['linux/arm/4', 'linux/arm/4'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armhf/v6', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/s390x', 'linux/s390x'],
    ['linux/ppc64le/power9', 'linux/ppc64le/power9'],
    ['macOS/arm64', 'darwin/arm64'],
    ['unknown/unknown', 'unknown/unknown'],
  ])('makes of the platform %s the platform %s', (text, expected) => {
    expect(formatPlatform(normalizePlatform(parsePlatform(text)))).toBe(expected);
  });

  it('keeps the version of the operating system', () => {
    expect(normalizePlatform(parsePlatform('Windows(10.0.17763)/x86_64'))).toEqual({
      os: 'windows',
      architecture: 'amd64',
      variant: null,
      osVersion: '10.0.17763',
    });
  });
});

describe('samePlatform', () => {
  it.each([
    ['linux/arm64', 'linux/aarch64', true],
    ['linux/arm64/v8', 'linux/aarch64', true],
    ['linux/arm', 'linux/armhf', true],
    ['linux/arm', 'linux/arm/7', true],
    ['linux/arm/v6', 'linux/armel', true],
    ['linux/arm/v6', 'linux/arm', false],
    ['linux/amd64', 'linux/amd64/v3', false],
    ['linux/amd64', 'linux/arm64', false],
    ['linux/amd64', 'windows/amd64', false],
    ['unknown/unknown', 'unknown/unknown', true],
    ['windows(10.0.17763.5329)/amd64', 'windows(10.0.17763.1)/amd64', true],
    ['windows(10.0.17763)/amd64', 'windows(10.0.20348)/amd64', false],
    ['windows(10.0.17763)/amd64', 'windows/amd64', true],
    ['linux(5.10)/amd64', 'linux(6.1)/amd64', true],
  ])('of %s and %s is %s, either way round', (a, b, expected) => {
    expect(samePlatform(parsePlatform(a), parsePlatform(b))).toBe(expected);
    expect(samePlatform(parsePlatform(b), parsePlatform(a))).toBe(expected);
  });
});

describe('for all texts', () => {
  const part = fc.oneof(
    fc.constantFrom('linux', 'macOS', 'arm', 'armhf', 'arm64', 'aarch64', 'x86_64', 'i386', 'v1', 'v7', '8', 'v9.0'),
    fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/),
  );
  const anyPlatform = fc.record({
    os: fc.oneof(fc.constantFrom('linux', 'macOS', 'Windows', 'unknown'), fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/)),
    architecture: part,
    variant: fc.option(part),
    osVersion: fc.option(fc.stringMatching(/^[0-9]{1,3}(\.[0-9]{1,5}){1,3}$/)),
  });
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'aA0./()*-_ \n'), maxLength: 30 }),
  );

  it('a platform survives being written and read, but for its version', () => {
    fc.assert(
      fc.property(anyPlatform, (platform) => {
        expect(parsePlatform(formatPlatform(platform))).toEqual({ ...platform, osVersion: null });
      }),
    );
  });

  it('the normal form is a fixed point and names the same platform', () => {
    fc.assert(
      fc.property(anyPlatform, (platform) => {
        const normal = normalizePlatform(platform);
        expect(normalizePlatform(normal)).toEqual(normal);
        expect(samePlatform(platform, normal)).toBe(true);
      }),
    );
  });

  it('parsing throws nothing but its own error, and what it accepts is a platform by its fields too', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const result = outcome(text);
        const again =
          typeof result === 'string' ? result : platformFromFields({ ...result, 'os.version': result.osVersion });
        expect(again).toEqual(typeof result === 'string' ? 'document-invalid' : result);
      }),
      { numRuns: 2000 },
    );
  });
});
