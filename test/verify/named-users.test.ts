/** The user that a config names, against the /etc/passwd of the layers, by a scan of whole archives. */
import { describe, expect, it } from 'vitest';
import {
  dockerSave,
  image,
  type LayerFile,
  layer,
  ociLayout,
  ociManifest,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { recordOfEntries } from './scan-bytes.js';

const passwd = (uid: number | string, path = 'etc/passwd'): LayerFile => ({
  path,
  content: `root:x:0:0:root:/root:/bin/sh\napp:x:${uid}:${uid}::/:/bin/sh\n`,
});

async function namedUser(layers: readonly (readonly LayerFile[])[], user = 'app') {
  const spec = image({ layers: layers.map((files) => layer({ files })), config: { User: user } });
  const found = [];
  for (const entries of [
    dockerSave([spec], { variant: 'legacy' }),
    ociLayout([withoutPlatform(ociManifest(spec, { compression: 'gzip' }))]),
  ]) {
    const record = await recordOfEntries(entries);
    expect(record.status).toBe('ok');
    found.push(record.images[0]?.namedUser ?? null);
  }
  return new Set(found);
}

describe('the user of an image', () => {
  it.each([
    ['a user', [[passwd(1000)]], 'user'],
    ['root', [[passwd(0)]], 'root'],
    ['root by a uid that is no number', [[passwd('x')]], 'root'],
    ['root by the layer above', [[passwd(1000)], [passwd(0)]], 'root'],
    ['root by another spelling of the path', [[passwd(1000)], [passwd(0, './/etc/./passwd')]], 'root'],
    ['a user again by the layer above', [[passwd(0)], [{ path: 'bin/sh' }], [passwd(1000)]], 'user'],
    ['missing where the file is taken away', [[passwd(1000)], [{ path: 'etc/.wh.passwd' }]], 'missing'],
    ['missing where the folder is', [[passwd(0)], [{ path: '.wh.etc' }]], 'missing'],
    ['missing where the folder is hidden', [[passwd(0)], [{ path: 'etc/.wh..wh..opq' }]], 'missing'],
    ['missing without such a file', [[{ path: 'app' }]], 'missing'],
    [
      'not known where it is a link',
      [[passwd(1000, 'x'), { path: 'etc/passwd', type: 'symlink', linkname: '../x' }]],
      null,
    ],
    ['not known where the folder is one', [[{ path: 'etc', type: 'symlink', linkname: 'other' }]], null],
    ['not known where a folder leads there', [[passwd(1000), { path: 'x', type: 'symlink', linkname: '/etc' }]], null],
    ['not known where another such file says root', [[passwd(1000)], [passwd(0, 'x/passwd')]], null],
    ['a user beside another such file of users', [[passwd(1000)], [passwd(7, 'x/passwd')]], 'user'],
    ['not known where the file is too large', [[{ path: 'etc/passwd', content: '#'.repeat(70_000) }]], null],
  ] as const)('is %s', async (_, layers, expected) => {
    expect(await namedUser(layers as never)).toEqual(new Set([expected]));
  });

  it('is not looked up where it is a number, or root', async () => {
    expect(await namedUser([[passwd(0)]], '1000:app')).toEqual(new Set([null]));
    expect(await namedUser([[passwd(0)]], 'root')).toEqual(new Set([null]));
  });
});
