/** Damaged OCI layouts in folders: files are healed one by one, in place or into a copy. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { repair } from '../../src/repair/repair.js';
import { image, layer, ociLayout, ociManifest, tagged, tar, writeLayoutFolder } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { errorsIn, repairInto, statusOf } from './repairing.js';

const { newFolder, at, writeFile } = temporaryFolder();

const spec = image({
  layers: [layer({ files: [{ path: 'data', content: 'varve '.repeat(700) }] })],
  tags: ['docker.io/shop/api:1'],
});
const entries = ociLayout(tagged(ociManifest(spec, { compression: 'gzip' }), ['docker.io/shop/api:1']));
const blob = entries.find(({ content }) => content[0] === 0x1f)?.name ?? '';

let folder = '';
beforeEach(async () => {
  folder = newFolder();
  await writeLayoutFolder(entries, join(folder, 'layout'));
  writeFileSync(join(folder, 'copy.tar'), await tar(entries));
});

const inLayout = (name: string): string => join(folder, 'layout', name);
const options = () => ({ from: [join(folder, 'copy.tar')], workers: 0, inPlace: true });

/** Every file of a folder with its bytes. */
function filesOf(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true }).filter((found) => found.isFile());
  return Object.fromEntries(
    names.map((found) => {
      const file = join(found.parentPath, found.name);
      return [file.slice(path.length + 1), readFileSync(file).toString('latin1')];
    }),
  );
}

describe('a layout in a folder', () => {
  it.each([
    ['changed', (path: string) => writeFileSync(path, 'no layer')],
    ['cut', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 9))],
    ['missing', (path: string) => rmSync(path)],
  ])('gets a blob back that is %s, and nothing else in it is touched', async (_, damage) => {
    const before = filesOf(join(folder, 'layout'));
    damage(inLayout(blob));
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('healed');
    expect(filesOf(join(folder, 'layout'))).toEqual(before);
    expect(await errorsIn(join(folder, 'layout'))).toEqual([]);
  });

  it.each([
    ['cut', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 40))],
    ['missing', (path: string) => rmSync(path)],
  ])('gets an index back that is %s from an archive that is the same beside it', async (_, damage) => {
    const before = filesOf(join(folder, 'layout'));
    damage(inLayout('index.json'));
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('healed');
    expect(filesOf(join(folder, 'layout'))).toEqual(before);
  });

  it('becomes a whole copy elsewhere, and stays as it is', async () => {
    const whole = filesOf(join(folder, 'layout'));
    writeFileSync(inLayout(blob), 'no layer');
    const damaged = filesOf(join(folder, 'layout'));
    const result = await repairInto(join(folder, 'out/'), join(folder, 'layout'), { from: options().from });
    expect([statusOf(result), result.sizeBytes]).toEqual(['healed', Object.values(whole).join('').length]);
    expect(filesOf(join(folder, 'out'))).toEqual(whole);
    expect(filesOf(join(folder, 'layout'))).toEqual(damaged);
  });

  it('of which nothing can be healed keeps every file, and nothing is beside them', async () => {
    writeFileSync(inLayout(blob), 'no layer');
    const before = filesOf(folder);
    const result = await repair([join(folder, 'layout')], { ...options(), from: [] });
    expect(statusOf(result)).toBe('refused');
    expect(filesOf(folder)).toEqual(before);
  });

  it('whose blobs lie behind a link out of it is not written to', async () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    rmSync(inLayout('blobs'), { recursive: true });
    symlinkSync(elsewhere, inLayout('blobs'));
    const result = await repair([join(folder, 'layout')], options());
    expect(statusOf(result)).toBe('refused');
    expect(readdirSync(elsewhere, { recursive: true })).toEqual([]);
  });
});

it('a name that climbs out of the archive is added to none', async () => {
  const manifest = [{ Config: '../../evil.json', RepoTags: ['shop/api:1'], Layers: [] }];
  writeFile(
    'climb.tar',
    await tar([
      { ...entries[0], name: 'manifest.json', type: 'file', content: Buffer.from(JSON.stringify(manifest)) } as never,
    ]),
  );
  const result = await repairInto(at('climb.out'), at('climb.tar'), { from: [at('climb.tar')], keepGoing: true });
  expect(result.healed).toEqual([]);
  expect(existsSync(at('../evil.json'))).toBe(false);
});
