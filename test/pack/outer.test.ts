/** A pack that is compressed as a whole: the tar inside is that of the pack, its size is told before it is written, and copies that fail do not spoil it. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { encoderLack } from '../../src/codec/encode/encoder.js';
import { scan } from '../../src/scan/scan.js';
import { dockerSave, flipEntryByte, gzip, image, layer, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { packInto } from './packing.js';

const { at, write, newFolder } = temporaryFolder();
const inputs = ['samples/api-1.0-docker24.tar', 'samples/mirror', 'samples/tools-5-docker20.tar.gz'];
const specs = [1, 2, 3].map((n) =>
  image({
    layers: [layer({ files: [{ path: 'data', content: `layer ${n} `.repeat(3000) }] })],
    tags: [`docker.io/shop/app:${n}`],
  }),
);

beforeAll(async () => {
  for (const [i, spec] of specs.entries()) {
    const entries = dockerSave([spec], { variant: 'podman' });
    const name = [...entries].sort((a, b) => b.content.length - a.content.length)[0]?.name ?? '';
    write({
      [`damaged-${i}.tar`]: await tar(flipEntryByte(entries, name, 5000)),
      [`intact-${i}.tar`]: await tar(entries),
      [`intact-${i}.tar.gz`]: gzip(await tar(entries)),
    });
  }
  await packInto(at('plain.tar'), inputs);
});

/** The tar inside, by another program than ours. */
function unpacked(path: string): Buffer {
  return spawnSync('sh', ['-c', `gzip -dc "${path}"`], { maxBuffer: 1 << 30 }).stdout;
}

describe('a pack that is compressed as a whole', () => {
  it('is the tar of the pack inside, and as large as was planned', async () => {
    const planned = await packInto(at('a.tar.gz'), inputs, { outer: 'gzip', dryRun: true });
    const written = await packInto(at('a.tar.gz'), inputs, { outer: 'gzip' });
    expect({ ...planned, status: 'written' }).toEqual(written);
    expect(unpacked(at('a.tar.gz')).equals(readFileSync(at('plain.tar')))).toBe(true);
    expect(written).toMatchObject({
      sizeBytes: readFileSync(at('a.tar.gz')).length,
      tarBytes: readFileSync(at('plain.tar')).length,
      compression: 'gzip',
    });
    expect((await scan([at('a.tar.gz')], { workers: 0 })).archives).toMatchObject([
      { status: 'ok', compression: 'gzip' },
    ]);
  });

  it('is the same to the byte in any order of its inputs, and plans it without a trace', async () => {
    const folder = newFolder();
    await packInto(`${folder}/planned.tar`, inputs, { outer: 'gzip', dryRun: true });
    expect(readdirSync(folder)).toEqual([]);
    await packInto(at('b.tar.gz'), [...inputs].reverse(), { outer: 'gzip' });
    await packInto(at('c.tar.gz'), inputs, { outer: 'gzip' });
    expect(readFileSync(at('b.tar.gz')).equals(readFileSync(at('c.tar.gz')))).toBe(true);
  });

  it('may be cut into parts on top', async () => {
    const folder = newFolder();
    const options = { outer: 'gzip', splitBytes: 9000 } as const;
    const planned = await packInto(`${folder}/p.tar.gz`, inputs, { ...options, dryRun: true });
    const { parts } = await packInto(`${folder}/p.tar.gz`, inputs, options);
    expect(planned.parts).toEqual(parts.map((part) => ({ ...part, digest: null })));
    await packInto(at('d.tar.gz'), inputs, { outer: 'gzip' });
    const joined = Buffer.concat(parts.map(({ name }) => readFileSync(`${folder}/${name}`)));
    expect(joined.equals(readFileSync(at('d.tar.gz')))).toBe(true);
    expect((await scan([folder], { workers: 0 })).archives).toMatchObject([{ status: 'ok', compression: 'gzip' }]);
  });

  it.each(['tar', 'tar.gz'])(
    'has the intact copies of bodies that are damaged where they are read first (%s)',
    async (ending) => {
      const broken = specs.flatMap((_, i) => [at(`damaged-${i}.tar`), at(`intact-${i}.${ending}`)]);
      await packInto(at('mended.tar'), broken);
      const result = await packInto(at('mended.tar.gz'), broken, { outer: 'gzip' });
      expect(result.status).toBe('written');
      expect(unpacked(at('mended.tar.gz')).equals(readFileSync(at('mended.tar')))).toBe(true);
    },
  );

  it('is refused where no copy is intact, by its plan as well, and leaves it out where that is asked for', async () => {
    const broken = [at('damaged-0.tar'), at('intact-1.tar')];
    for (const dryRun of [true, false]) {
      const refused = await packInto(at('none.tar.gz'), broken, { outer: 'gzip', dryRun });
      expect([refused.status, refused.leftOut.length]).toEqual(['refused', 1]);
    }
    const going = await packInto(at('some.tar.gz'), broken, { outer: 'gzip', keepGoing: true });
    expect([going.status, going.images.length]).toEqual(['written', 1]);
  });

  it('is not a folder', async () => {
    await expect(packInto(`${at('folder')}/`, inputs, { outer: 'gzip' })).rejects.toMatchObject({ code: 'usage' });
  });

  it.runIf(encoderLack('zstd') === null)('may be zstd where Node has an encoder for it', async () => {
    await packInto(at('e.tar.zst'), inputs, { outer: 'zstd' });
    await packInto(at('e.tar'), [at('e.tar.zst')]);
    expect(readFileSync(at('e.tar')).equals(readFileSync(at('plain.tar')))).toBe(true);
  });

  it.runIf(encoderLack('zstd') !== null)(
    'is refused for zstd where Node has no encoder, with what can be done',
    async () => {
      await expect(packInto(at('e.tar.zst'), inputs, { outer: 'zstd' })).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(/Node 22\.15 .*gzip can, or a pipe to zstd -c$/),
      });
    },
  );
});
