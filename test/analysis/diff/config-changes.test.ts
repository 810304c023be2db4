import { describe, expect, it } from 'vitest';
import { configChanges } from '../../../src/analysis/diff/config-changes.js';

describe('changes of a run configuration', () => {
  it('name each variable, label, port and volume by itself', () => {
    const before = {
      Env: ['PATH=/bin', 'OLD=1', 'SAME=x=y'],
      Labels: { team: 'shop', gone: '' },
      ExposedPorts: { '80/tcp': {} },
      Volumes: { '/data': {} },
    };
    const after = {
      Env: ['SAME=x=y', 'PATH=/usr/bin', 'NEW='],
      Labels: { team: 'web' },
      ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
      Volumes: null,
    };
    expect(configChanges(before, after)).toEqual([
      { field: 'ExposedPorts', key: '443/tcp', change: 'added', before: null, after: {} },
      { field: 'Env', key: 'NEW', change: 'added', before: null, after: '' },
      { field: 'Env', key: 'OLD', change: 'removed', before: '1', after: null },
      { field: 'Env', key: 'PATH', change: 'changed', before: '/bin', after: '/usr/bin' },
      { field: 'Volumes', key: '/data', change: 'removed', before: {}, after: null },
      { field: 'Labels', key: 'gone', change: 'removed', before: '', after: null },
      { field: 'Labels', key: 'team', change: 'changed', before: 'shop', after: 'web' },
    ]);
  });

  it.each([
    ['User', 'app', 'root'],
    ['Cmd', ['a', 'b'], ['b', 'a']],
    ['Entrypoint', ['/a'], ['/b']],
    ['WorkingDir', '/a', '/b'],
    ['StopSignal', 'SIGTERM', 'SIGQUIT'],
    ['Healthcheck', { Test: ['CMD', 'a'] }, { Test: ['CMD', 'b'] }],
    ['OnBuild', ['RUN a'], ['RUN b']],
    ['Shell', ['/bin/sh', '-c'], ['/bin/bash', '-c']],
    ['MacAddress', '1', '2'],
  ])('name %s as a whole', (field, was, is) => {
    const expected = { field, key: null, change: 'changed', before: was, after: is };
    expect(configChanges({ [field]: was }, { [field]: is })).toEqual([expected]);
    expect(configChanges({}, { [field]: is })).toEqual([{ ...expected, change: 'added', before: null }]);
    expect(configChanges({ [field]: was }, null)).toEqual([{ ...expected, change: 'removed', after: null }]);
  });

  it.each([
    [
      'a field that is absent and one that is empty',
      { Cmd: null, User: '', Env: [], Labels: {} },
      { ArgsEscaped: false },
    ],
    ['no configuration and one that says nothing', null, { OnBuild: null }],
    [
      'the order of keys and of variables',
      { Labels: { a: '1', b: '2' }, Env: ['A=1', 'B=2'] },
      { Env: ['B=2', 'A=1'], Labels: { b: '2', a: '1' } },
    ],
    [
      'the order of keys inside a value',
      { Healthcheck: { Test: ['x'], Retries: 3 } },
      { Healthcheck: { Retries: 3, Test: ['x'] } },
    ],
    ['a variable that a later one of its name replaces', { Env: ['A=1', 'A=2'] }, { Env: ['A=2'] }],
  ])('pass over %s', (_, before, after) => {
    expect(configChanges(before, after)).toEqual([]);
    expect(configChanges(after, before)).toEqual([]);
  });

  it('take a variable that is named without a value for another than one with an empty value', () => {
    expect(configChanges({ Env: ['A'] }, { Env: ['A='] })).toEqual([
      { field: 'Env', key: 'A', change: 'changed', before: null, after: '' },
    ]);
  });

  it.each([
    ['Env', { A: '1' }],
    ['Env', ['A=1', 7]],
    ['Labels', ['a']],
    ['Labels', 'a=1'],
  ])('compare %s as a whole where it is not what docker writes: %j', (field, odd) => {
    const before = field === 'Env' ? ['A=1'] : { a: '1' };
    expect(configChanges({ [field]: before }, { [field]: odd })).toEqual([
      { field, key: null, change: 'changed', before, after: odd },
    ]);
  });

  it('stand in the order of docker, the unknown fields behind them by name', () => {
    const config = { Zeta: 1, Alpha: 1, Shell: ['a'], User: 'a' };
    expect(configChanges(null, config).map(({ field }) => field)).toEqual(['User', 'Shell', 'Alpha', 'Zeta']);
  });

  it('take keys that objects have by themselves for what they are: keys', () => {
    const hostile = JSON.parse('{"Labels": {"__proto__": "x", "constructor": "y"}, "__proto__": 1}') as object;
    expect(configChanges({}, { ...hostile }).map(({ field, key }) => [field, key])).toEqual([
      ['Labels', '__proto__'],
      ['Labels', 'constructor'],
      ['__proto__', null],
    ]);
    expect(configChanges({ Labels: { toString: 'z' } }, {})).toHaveLength(1);
  });
});
