/**
 * What was read and may have images that nobody sees: each command that lists images says so on standard error, since an empty
 * list would be taken for an answer.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { dockerSave, image, layer, replaceContent, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { varve } from './console.js';

const { at, write } = temporaryFolder();
const spec = image({
  layers: [layer({ files: [{ path: 'data', content: 'sediment' }] })],
  tags: ['docker.io/shop/api:1'],
});

beforeAll(async () => {
  const entries = dockerSave([spec], { variant: 'podman' });
  write({
    'whole.tar': await tar(entries),
    'broken.tar': await tar(replaceContent(entries, 'manifest.json', '[{')),
  });
  for (const name of ['broken', 'lost']) await varve(['load', at('whole.tar'), '--store', at(name)]);
  writeFileSync(at('broken/index.json'), '{');
  rmSync(at('lost/index.json'));
});

const looks = [['ls'], ['images'], ['df'], ['tree'], ['layers'], ['search', 'api'], ['plan', '--remove', 'dangling']];

describe.each(looks)('%s', (...words) => {
  it('says why no image is found in an archive whose documents are damaged', async () => {
    const { stderr } = await varve([...words, at('broken.tar')]);
    expect(stderr).toMatch(/^varve: \S*broken.tar: no image is found in it, .+; varve verify says more/m);
  });

  it.each(['broken', 'lost'])(
    'ends with 3 where the index of a store is %s, and says what tells more',
    async (name) => {
      const { code, stderr } = await varve([...words, '--store', at(name)]);
      expect([code, stderr]).toEqual([
        3,
        expect.stringMatching(/index\.json .+ varve fsck --store \S+ tells what is there/),
      ]);
    },
  );

  it('says why no image is found in the folder of a store whose index is broken', async () => {
    const { stderr } = await varve([...words, at('broken')]);
    expect(stderr).toMatch(/no image is found in it, .*index\.json.*varve fsck$/m);
  });

  it('says nothing of the kind of an archive whose image is seen, and with --quiet', async () => {
    expect((await varve([...words, at('whole.tar')])).stderr).not.toContain('no image is found');
    expect((await varve([...words, at('broken.tar'), '--quiet'])).stderr).not.toContain('no image is found');
  });
});

it.each(['verify', 'report'])('%s lists faults itself, and says nothing twice', async (command) => {
  expect((await varve([command, at('broken.tar')])).stderr).not.toContain('no image is found');
});
