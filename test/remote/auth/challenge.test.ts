import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../src/remote/auth/challenge.js';

const read = (header: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('a challenge of a registry', () => {
  it.each<[string, ReturnType<typeof read>]>([
    [
      'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          { realm: 'https://auth.example/token', service: 'registry.example', scope: 'repository:a/b:pull,push' },
        ],
      ],
    ],
    ['Basic realm="a, b"', [['basic', { realm: 'a, b' }]]],
    ['Basic realm=simple', [['basic', { realm: 'simple' }]]],
    ['BASIC Realm = "x"', [['basic', { realm: 'x' }]]],
    ['Basic', [['basic', {}]]],
    [
      'Negotiate, Basic realm="x"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'Negotiate abc==, Bearer realm="r",service=s',
      [
        ['negotiate', {}],
        ['bearer', { realm: 'r', service: 's' }],
      ],
    ],
    [
      'Basic realm="x", Bearer realm="y" , scope="z"',
      [
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y', scope: 'z' }],
      ],
    ],
    ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
    ['Bearer realm="first",realm="second"', [['bearer', { realm: 'first' }]]],
    [', ,Basic realm="x",,', [['basic', { realm: 'x' }]]],
    ['', []],
    ['"nothing"', []],
    ['Bearer realm="never closed', [['bearer', {}]]],
  ])('%j is read as RFC 9110 has it', (header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('is read in linear time, whatever stands in it', () => {
    for (const part of ['a ', 'a=', '"\\', 'a=",', '==', ', ']) {
      expect(parseChallenges(part.repeat(30_000)).length).toBeLessThanOrEqual(30_000);
    }
  });
});
