/** Users of a file like /etc/passwd, and what the layers of an image together say of one. */
import { describe, expect, it } from 'vitest';
import { accountIn, type LayerAccounts, parseAccounts } from '../../../src/model/foreign/accounts.js';

describe('a line of /etc/passwd', () => {
  it.each([
    ['app:x:1000:1000::/:/bin/sh', false],
    ['app:x:2147483647:0', false],
    ['app:x:+1:0', false],
    ['app:x:0:0', true],
    ['app:x:00:0', true],
    ['app:x:-0:0', true],
    ['app:x:-1:0', true],
    ['app:x:4294967296:0', true],
    ['app:x:one:0', true],
    ['app:x::0', true],
    ['app:x: 5:0', true],
    ['app', true],
  ])('%j makes its user root: %s', (line, root) => {
    expect(parseAccounts(`\n  ${line}\r\n`)).toEqual([{ name: 'app', root }]);
  });

  it('stands beside others of one name, and an empty file has none', () => {
    expect(parseAccounts('a:x:1\na:x:0').map(({ root }) => root)).toEqual([false, true]);
    expect(parseAccounts('\n \r\n')).toEqual([]);
  });
});

describe('what the layers of an image say of a user', () => {
  const nothing: LayerAccounts = { passwd: null, users: [], rootsElsewhere: [] };
  const user: LayerAccounts = { ...nothing, passwd: 'written', users: [{ name: 'app', root: false }] };
  const root: LayerAccounts = { ...nothing, passwd: 'written', users: [{ name: 'app', root: true }] };
  const both: LayerAccounts = { ...user, users: [...user.users, ...root.users] };
  const removed: LayerAccounts = { ...nothing, passwd: 'removed' };
  const unclear: LayerAccounts = { ...nothing, passwd: 'unclear' };
  const elsewhere: LayerAccounts = { ...nothing, rootsElsewhere: ['app'] };

  it.each([
    ['the layer above', [root, user], 'user'],
    ['the layer above, where that makes it root', [user, 'untouched', root], 'root'],
    ['the worse of two lines', [both], 'root'],
    ['no line, once the file is taken away', [root, removed], 'missing'],
    ['the file that is written again', [removed, user], 'user'],
    ['no line, where there is no file', ['untouched'], 'missing'],
    ['nothing that is known, where links decide', [user, unclear], null],
    ['the file above links', [unclear, user], 'user'],
    ['nothing that is known, where a layer was not read', [null, user], null],
    ['nothing that is known, where another file makes it root', [elsewhere, user], null],
    ['nothing that is known, without layers', [], null],
  ] as const)('is told by %s', (_, layers, expected) => {
    expect(accountIn(layers, 'app')).toBe(expected);
  });

  it('does not depend on what another file says of others', () => {
    expect(accountIn([{ ...elsewhere, rootsElsewhere: ['toor'] }, user], 'app')).toBe('user');
    expect(accountIn([user], 'other')).toBe('missing');
  });
});
