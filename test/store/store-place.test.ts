/** Where a store lies, on each platform. */
import { describe, expect, it } from 'vitest';
import { storePlace } from '../../src/store/store-place.js';

describe('the place of a store', () => {
  it('is what is named, then what the environment says', () => {
    expect(storePlace('/named', { VARVE_STORE: '/env' }, 'linux', '/home/me')).toBe('/named');
    expect(storePlace(null, { VARVE_STORE: '/env', XDG_DATA_HOME: '/data' }, 'linux', '/home/me')).toBe('/env');
  });

  it.each([
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/varve/store'],
    ['linux', { XDG_DATA_HOME: 'data' }, '/home/me/.local/share/varve/store'],
    ['linux', { VARVE_STORE: '' }, '/home/me/.local/share/varve/store'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/me/Library/Application Support/varve/store'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/varve/store'],
    ['win32', {}, '/home/me/AppData/Local/varve/store'],
  ] as const)('is in the data folder of the user on %s, with %j', (system, env, place) => {
    expect(storePlace(null, env, system, '/home/me')).toBe(place);
  });
});
