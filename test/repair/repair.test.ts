/** Damaged tars, the smallest of each kind, healed from others: byte for byte where that can be, and never wrongly. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { repair } from '../../src/repair/repair.js';
import {
  dockerSave,
  dropEntry,
  type Entry,
  flipEntryByte,
  gzip,
  image,
  layer,
  ociLayout,
  ociManifest,
  tagged,
  tar,
} from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { errorsIn, repairInto, statusOf } from './repairing.js';

const { at, write, writeFile, newFolder } = temporaryFolder();

const base = layer({ files: [{ path: 'base', content: 'sediment'.repeat(900) }] });
const top = layer({ files: [{ path: 'data', content: 'varve '.repeat(700) }] });
const spec = image({ layers: [base, top], tags: ['docker.io/shop/api:1'] });
const sibling = image({
  layers: [base, layer({ files: [{ path: 'other', content: 'x' }] })],
  tags: ['docker.io/shop/web:1'],
});

const podman = dockerSave([spec], { variant: 'podman' });
const hybrid = dockerSave([spec], { variant: 'hybrid' });
const layout = ociLayout(tagged(ociManifest(spec, { compression: 'gzip' }), ['docker.io/shop/api:1']));
const plainBlobs = ociLayout(tagged(ociManifest(spec, { compression: 'none' }), ['docker.io/shop/api:1']));

/** The name of its largest entry. */
const largest = (entries: readonly Entry[]): string =>
  [...entries].sort((a, b) => b.content.length - a.content.length)[0]?.name ?? '';
const layerOf = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;

beforeAll(async () => {
  write({
    'podman.tar': await tar(podman),
    'hybrid.tar': await tar(hybrid),
    'layout.tar': await tar(layout),
    'layout.tar.gz': gzip(await tar(layout)),
    'plain.tar': await tar(plainBlobs),
    'sibling.tar': await tar(dockerSave([sibling], { variant: 'podman' })),
  });
});

/** Repairs damaged entries from other archives, and compares with the archive as it was. */
async function healed(name: string, entries: readonly Entry[], whole: readonly Entry[], from: readonly string[]) {
  writeFile(`${name}.tar`, await tar(entries));
  const result = await repairInto(at(`${name}.out`), at(`${name}.tar`), { from: from.map(at) });
  const isSame = existsSync(at(`${name}.out`)) && readFileSync(at(`${name}.out`)).equals(await tar(whole));
  return { result, isSame };
}

describe('a layer with a wrong byte', () => {
  const damaged = flipEntryByte(podman, largest(podman), 5000);

  it.each([
    ['the same archive', 'podman.tar', false],
    ['an archive of another format that has it plain', 'plain.tar', false],
    ['a compressed layer, by decoding it', 'layout.tar', true],
    ['a compressed layer of an archive that is compressed as a whole', 'layout.tar.gz', true],
  ])('is healed from %s: the archive is again what it was', async (_, from, decoded) => {
    const { result, isSame } = await healed(`plain-${from}`, damaged, podman, [from]);
    expect([statusOf(result), isSame]).toEqual(['healed', true]);
    expect(result.healed).toMatchObject([
      { digest: base.diffId, from: at(from), proof: 'digest', decoded, images: [spec.id], layer: 1, layers: 2 },
    ]);
    expect(await errorsIn(at(`plain-${from}.out`), result)).toEqual([]);
  });

  it('is not healed where nobody has it: it is named with its image, and nothing is written', async () => {
    const { result } = await healed('nobody', flipEntryByte(podman, layerName(top.diffId), 3000), podman, [
      'sibling.tar',
    ]);
    expect(statusOf(result)).toBe('refused');
    expect(result.notHealed).toMatchObject([{ digest: top.diffId, images: [spec.id] }]);
    expect(existsSync(at('nobody.out'))).toBe(false);
  });

  it('that is compressed is not made of a plain one: other bytes would come of it', async () => {
    const name = layout.find(({ content }) => content[0] === 0x1f)?.name ?? '';
    const { result } = await healed('compressed', flipEntryByte(layout, name, 60), layout, ['plain.tar']);
    expect(statusOf(result)).toBe('refused');
    expect(result.notHealed[0]?.reason).toContain('another stored form');
  });

  it('is left as it is with keepGoing, beside what is healed', async () => {
    const two = flipEntryByte(damaged, layerName(top.diffId), 3000);
    writeFile('two.tar', await tar(two));
    const result = await repairInto(at('two.out'), at('two.tar'), { from: [at('sibling.tar')], keepGoing: true });
    expect(statusOf(result)).toBe('partly');
    expect(result.healed.map(({ digest }) => digest)).toEqual([base.diffId]);
    expect(result.notHealed.map(({ digest }) => digest)).toEqual([top.diffId]);
    const expected = await tar(flipEntryByte(podman, layerName(top.diffId), 3000));
    expect(readFileSync(at('two.out')).equals(expected)).toBe(true);
  });
});

function layerName(diffId: string): string {
  return `${diffId.slice('sha256:'.length)}.tar`;
}

describe('a body that is missing', () => {
  it.each(['podman', 'hybrid'] as const)(
    'goes back to its place where a copy of the archive tells it (%s)',
    async (kind) => {
      const whole = kind === 'podman' ? podman : hybrid;
      const name = kind === 'podman' ? layerName(base.diffId) : layerOf(base.diffId);
      const { result, isSame } = await healed(`lost-${kind}`, dropEntry(whole, name), whole, [`${kind}.tar`]);
      expect([statusOf(result), isSame]).toEqual(['healed', true]);
    },
  );

  it('stands behind the others where nobody tells its place, and the archive verifies clean', async () => {
    const { result, isSame } = await healed('lost', dropEntry(hybrid, layerOf(top.diffId)), hybrid, ['podman.tar']);
    expect([statusOf(result), isSame]).toEqual(['healed', false]);
    expect(await errorsIn(at('lost.out'), result)).toEqual([]);
  });
});

describe('a document', () => {
  it('with a digest is healed before what it says is asked for', async () => {
    const config = `blobs/sha256/${spec.id.slice('sha256:'.length)}`;
    const { result, isSame } = await healed('config', flipEntryByte(hybrid, config, 40), hybrid, ['layout.tar']);
    expect([statusOf(result), isSame]).toEqual(['healed', true]);
  });

  it('without a digest is healed where it differs in one bit from that of another archive', async () => {
    const { result, isSame } = await healed('bit', flipEntryByte(podman, 'manifest.json', 0), podman, ['podman.tar']);
    expect([statusOf(result), isSame]).toEqual(['healed', true]);
    expect(result.healed).toMatchObject([{ name: 'manifest.json', proof: 'archive' }]);
  });

  it('without a digest is not taken from an archive with another image', async () => {
    const { result } = await healed('other', flipEntryByte(podman, 'manifest.json', 0), podman, [
      'sibling.tar',
      'plain.tar',
    ]);
    expect(statusOf(result)).toBe('refused');
    expect(result.notHealed).toMatchObject([{ name: 'manifest.json', digest: null }]);
  });
});

describe('a tar that is cut', () => {
  const half = async (entries: readonly Entry[], share: number): Promise<Buffer> => {
    const bytes = await tar(entries);
    return bytes.subarray(0, Math.floor(bytes.length * share));
  };

  it('gets its end from a copy where what is left says which images it held', async () => {
    const bytes = await tar(podman);
    writeFile('late.tar', bytes.subarray(0, bytes.length - 1800));
    const result = await repairInto(at('late.out'), at('late.tar'), { from: [at('podman.tar')] });
    expect([statusOf(result), readFileSync(at('late.out')).equals(bytes)]).toEqual(['healed', true]);
    expect(result.rebuilt).toMatchObject([{ from: at('podman.tar') }]);
  });

  it('before that is healed only with like, and the way on is named', async () => {
    writeFile('early.tar', await half(podman, 0.2));
    const refused = await repairInto(at('early.out'), at('early.tar'), { from: [at('podman.tar')] });
    expect(statusOf(refused)).toBe('refused');
    expect(refused.notHealed.map(({ reason }) => reason).join()).toContain(`--like ${at('podman.tar')}`);
    const result = await repairInto(at('early.out'), at('early.tar'), { like: [at('podman.tar')] });
    expect([statusOf(result), readFileSync(at('early.out')).equals(await tar(podman))]).toEqual(['healed', true]);
  });

  it('gets nothing of an archive that begins with the same layer and goes on with another image', async () => {
    writeFile('shared.tar', (await tar(podman)).subarray(0, 9000));
    const result = await repairInto(at('shared.out'), at('shared.tar'), { from: [at('sibling.tar')] });
    expect(statusOf(result)).toBe('refused');
  });

  it('behind documents that name all gets what they name from anywhere', async () => {
    const order = ['oci-layout', 'index.json'];
    const first = layout.filter(({ name }) => order.includes(name));
    const bytes = await tar([...first, ...layout.filter(({ name }) => !order.includes(name))]);
    writeFile('named.tar', bytes.subarray(0, 4000));
    const result = await repairInto(at('named.out'), at('named.tar'), { from: [at('layout.tar.gz')] });
    expect(result.notHealed).toEqual([]);
    expect(statusOf(result)).toBe('healed');
    expect(await errorsIn(at('named.out'), result)).toEqual([]);
  });
});

describe('a header that cannot be read', () => {
  it('is healed with all behind it by a copy of the archive', async () => {
    const bytes = Buffer.from(await tar(hybrid));
    bytes[512 * 3 + 20] = (bytes[512 * 3 + 20] ?? 0) ^ 1;
    writeFile('header.tar', bytes);
    const result = await repairInto(at('header.out'), at('header.tar'), { from: [at('hybrid.tar')] });
    expect([statusOf(result), readFileSync(at('header.out')).equals(await tar(hybrid))]).toEqual(['healed', true]);
  });

  it('is not healed without one', async () => {
    const bytes = Buffer.from(await tar(hybrid));
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFile('first.tar', bytes);
    const result = await repairInto(at('first.out'), at('first.tar'), { from: [at('podman.tar')] });
    expect(statusOf(result)).toBe('refused');
  });

  it('that is a bit in the zeros at the end is healed without anybody', async () => {
    const bytes = Buffer.from(await tar(hybrid));
    bytes[bytes.length - 600] = 4;
    writeFile('end.tar', bytes);
    const result = await repairInto(at('end.out'), at('end.tar'), {});
    expect([statusOf(result), readFileSync(at('end.out')).equals(await tar(hybrid))]).toEqual(['healed', true]);
  });
});

describe('several damaged archives', () => {
  const one = flipEntryByte(podman, layerName(base.diffId), 3000);
  const other = flipEntryByte(hybrid, layerOf(top.diffId), 3000);

  it('heal each other, in place', async () => {
    const folder = newFolder();
    const name = (last: string): string => `${folder.slice(at().length)}/${last}`;
    writeFile(name('one.tar'), await tar(one));
    writeFile(name('other.tar'), await tar(other));
    const result = await repair([folder], { from: [], workers: 0, inPlace: true });
    expect(result.archives.map(({ status }) => status)).toEqual(['healed', 'healed']);
    expect(readFileSync(`${folder}/one.tar`).equals(await tar(podman))).toBe(true);
    expect(readFileSync(`${folder}/other.tar`).equals(await tar(hybrid))).toBe(true);
  });

  it('go to a folder, each under its name, and one that is whole is copied', async () => {
    writeFile('many/one.tar', await tar(one));
    writeFile('many/whole.tar', await tar(hybrid));
    const result = await repair([at('many')], { from: [], workers: 0, output: `${at('healed')}/` });
    expect(result.archives.map(({ status }) => status)).toEqual(['healed', 'whole']);
    expect(readFileSync(at('healed/one.tar')).equals(await tar(podman))).toBe(true);
    expect(statSync(at('healed/whole.tar')).size).toBe(statSync(at('many/whole.tar')).size);
  });
});

describe('a repair', () => {
  it('that is only planned says what is then written, to the byte, and writes nothing', async () => {
    writeFile('plan.tar', await tar(flipEntryByte(podman, layerName(base.diffId), 3000)));
    const options = { from: [at('hybrid.tar')] };
    const planned = await repairInto(at('plan.out'), at('plan.tar'), { ...options, dryRun: true });
    expect([planned.status, existsSync(at('plan.out'))]).toEqual(['planned', false]);
    const written = await repairInto(at('plan.out'), at('plan.tar'), options);
    expect(written).toEqual({ ...planned, status: 'written' });
    expect(statSync(at('plan.out')).size).toBe(planned.sizeBytes);
  });

  it.each([
    ['without an output', {}],
    ['with an output and in place', { output: 'x.tar', inPlace: true }],
  ])('%s is a usage error', async (_, options) => {
    await expect(repair([at('podman.tar')], { from: [], ...options })).rejects.toMatchObject({ code: 'usage' });
  });

  it('onto one of its inputs is a usage error', async () => {
    const repairing = repairInto(at('podman.tar'), at('hybrid.tar'), { from: [at('podman.tar')] });
    await expect(repairing).rejects.toMatchObject({ code: 'usage' });
  });

  it('of an archive that is compressed as a whole is refused with the way on', async () => {
    writeFile('damaged.tar.gz', gzip(await tar(flipEntryByte(podman, layerName(base.diffId), 3000))));
    const result = await repairInto(at('gz.out'), at('damaged.tar.gz'), { from: [at('podman.tar')] });
    expect(statusOf(result)).toBe('refused');
    expect(result.notHealed[0]?.reason).toContain('decompress it');
  });
});
