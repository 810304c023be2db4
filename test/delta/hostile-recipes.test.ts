/** Deltas that nobody made in good faith: each ends in a clear error, and nothing is written, here or elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply } from '../../src/delta/apply.js';
import { scan } from '../../src/scan/scan.js';
import { absent, artifact, blobNode, type Entry, ociLayout, ociManifest, tar } from '../helpers/archive-builder.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { build, deltaLayout, layoutBuild, recipeFile, recipeText } from './deltas.js';

const { newFolder, writeFile, folder: root } = temporaryFolder();
const still = { workers: 0 };

async function applied(entries: readonly Entry[], limits = {}) {
  const place = newFolder();
  const name = `${place.slice(root.length + 1)}/delta.tar`;
  const path = writeFile(name, await tar(entries));
  const from = writeFile(`${name}.base.tar`, await tar(layoutBuild(1)));
  const output = `${place}/out.tar`;
  const result = await apply(path, { ...still, from: [from], output, limits }).catch((error: unknown) => error);
  return { result, output, left: readdirSync(place).filter((file) => !file.startsWith('delta.tar')), place };
}

const bodies = ['one', 'two'];
const honest = bodies.map((body) => recipeFile(body));
const huge = Number.MAX_SAFE_INTEGER;

describe('a recipe', () => {
  it('of what is there is carried out, whatever it comes to', async () => {
    const { result, output } = await applied(deltaLayout(recipeText(honest), bodies));
    expect(result).toMatchObject({ status: 'written', blobs: 2 });
    expect(readFileSync(output).includes('two')).toBe(true);
  });

  it.each([
    ['leaves the folder by its name', [recipeFile('one', { name: '../out' })], /no name of an image layout/],
    ['has an absolute name', [recipeFile('one', { name: '/tmp/varve-escaped' })], /no name of an image layout/],
    ['has a name below a blob', [recipeFile('one', { name: 'blobs/sha256/../../x' })], /no name of an image layout/],
    [
      'has a file under the name of another digest',
      [recipeFile('one', { name: 'blobs/sha256/00' })],
      /not that of its/,
    ],
    ['lists nothing', [], /at files: nothing is listed/],
    ['has a file twice', [...honest, ...honest], /stands there twice/],
    ['is larger than any file', [recipeFile('a', { sizeBytes: huge }), recipeFile('b', { sizeBytes: huge })], /larger/],
    ['has a negative size', [recipeFile('one', { sizeBytes: -1 })], /at files\.0\.sizeBytes/],
    ['has a size that is no whole number', [recipeFile('one', { sizeBytes: 1.5 })], /at files\.0\.sizeBytes/],
    ['has a digest that is none', [recipeFile('one', { digest: 'sha256:..' })], /at files\.0\.digest/],
    ['has a file from elsewhere', [recipeFile('one', { in: 'https://example.com' })], /at files\.0\.in/],
  ])('that %s is refused', async (_, files, message) => {
    const { result, left } = await applied(deltaLayout(recipeText(files), bodies));
    expect(result).toMatchObject({ code: 'document-invalid', message: expect.stringMatching(message) });
    expect(left).toEqual([]);
  });

  it.each([
    ['is no JSON', '{"kind":"varve.recipe"', /no JSON/],
    ['is another document', '{"kind":"varve.plan"}', /at kind/],
    ['is of another version', recipeText(honest, { schemaVersion: 2 }), /at schemaVersion/],
    ['does not add up', recipeText(honest, { filesDigest: `sha256:${'0'.repeat(64)}` }), /contradicts itself/],
    ['is nested deep', '['.repeat(100_000), /no JSON|JSON|stack/],
  ])('of which the text %s is refused', async (_, text, message) => {
    const { result, left } = await applied(deltaLayout(text, bodies));
    expect(result).toMatchObject({ code: 'document-invalid', message: expect.stringMatching(message) });
    expect(left).toEqual([]);
  });

  it('with a great many faults is refused for the first of them', async () => {
    const faults = [
      [recipeText(honest, { files: Array.from({ length: 50_000 }, () => ({})) }), /at files\.0\.name/],
      [recipeText(honest, { images: Array.from({ length: 50_000 }, () => 1) }), /at images\.0[.:]/],
      [
        recipeText(honest, { images: [{ references: Array.from({ length: 50_000 }, () => 1), localTags: [] }] }),
        /at images\.0[.:]/,
      ],
    ] as const;
    for (const [text, message] of faults) {
      const { result } = await applied(deltaLayout(text, bodies));
      expect(result).toMatchObject({ code: 'document-invalid', message: expect.stringMatching(message) });
    }
  });

  it('that is over the limit of documents is not read', async () => {
    const many = Array.from({ length: 2000 }, (_, i) => recipeFile(`${i}`));
    const { result, left } = await applied(deltaLayout(recipeText(many), bodies), { documentBytes: 100_000 });
    expect(result).toMatchObject({ code: 'document-invalid', message: expect.stringContaining('recipe is not there') });
    expect(left).toEqual([]);
  });

  it('that states a wrong size or asks for what nobody has is refused by the blob', async () => {
    const wrong = recipeFile('one', { sizeBytes: 4 });
    const { digest } = wrong as { digest: string };
    for (const files of [[wrong], [recipeFile('three')]]) {
      const { result, left } = await applied(deltaLayout(recipeText(files), bodies));
      expect(result).toMatchObject({ status: 'refused' });
      expect(left).toEqual([]);
    }
    const { result } = await applied(deltaLayout(recipeText([wrong]), bodies));
    expect(result).toMatchObject({ leftOut: [{ what: digest }] });
  });

  it('with a hundred thousand files that are nowhere is refused as a whole', async () => {
    const many = Array.from({ length: 40_000 }, (_, i) => recipeFile(`${i}`, { in: 'base' }));
    const { result } = await applied(deltaLayout(recipeText(many)));
    expect(result).toMatchObject({ status: 'refused', leftOut: { length: 40_000 } });
  });
});

describe('an archive that is no delta', () => {
  const recipeLess = artifact([blobNode('x/y', Buffer.from('x'))], { artifactType: 'application/vnd.varve.delta.v1' });
  const other = artifact([blobNode('x/y', Buffer.from('y'))], { artifactType: 'application/vnd.varve.delta.v1' });

  it.each([
    ['since it is an image', layoutBuild(1), /no delta/],
    ['since it has no recipe', ociLayout([recipeLess]), /recipe is not there/],
    ['since it has two', ociLayout([recipeLess, other]), /several deltas/],
    ['since its manifest is absent', ociLayout([absent(recipeLess)]), /no delta/],
    ['since nothing of it can be read', [], /empty tar|no image|read/],
  ])('%s is refused with its path', async (_, entries, message) => {
    const { result, left, place } = await applied(entries);
    expect(result).toMatchObject({ code: 'document-invalid', message: expect.stringMatching(message) });
    expect((result as Error).message).toContain(place);
    expect(left).toEqual([]);
  });
});

describe('what a recipe leaves to a base', () => {
  const shared = build(1);
  const manifest = ociManifest(shared, { compression: 'none' });
  const layerDigest = shared.layers[0]?.diffId ?? '';
  const partial = { ...manifest, blobs: manifest.blobs.filter(({ digest }) => digest !== layerDigest) };
  const leaving = recipeText([
    { name: `blobs/${layerDigest.replace(':', '/')}`, sizeBytes: 1, digest: layerDigest, in: 'base' },
  ]);

  const codesOf = async (entries: readonly Entry[]): Promise<string[]> => {
    const path = writeFile('codes.tar', await tar(entries));
    const [archive] = (await scan([path], still)).archives;
    return [archive?.status ?? '', ...(archive?.findings.map(({ code }) => code) ?? [])];
  };

  it('is told as such and as no fault, and any other absence is one', async () => {
    expect(await codesOf(deltaLayout(leaving, [], [partial]))).toEqual(['ok', 'blob-in-base']);
    expect(await codesOf(deltaLayout(recipeText([]), [], [partial]))).toEqual(['failed', 'blob-missing']);
  });

  it.each([
    ['no JSON', '{'],
    ['another document', '{"kind":"varve.plan","files":[]}'],
    ['of a version that is not known', recipeText([], { schemaVersion: 2 })],
  ])('is nothing where the recipe is %s, which is a fault of its own', async (_, text) => {
    expect(await codesOf(deltaLayout(text, [], [partial]))).toEqual(['failed', 'document-invalid', 'blob-missing']);
  });

  it('is no reason to delete the archive that has it', async () => {
    const { reportOf } = await import('../../src/analysis/bytes/report.js');
    const paths = [
      writeFile('r/delta.tar', await tar(deltaLayout(leaving, [], [partial]))),
      writeFile('r/whole.tar', await tar(ociLayout([manifest]))),
    ];
    expect(reportOf(await scan(paths, still)).redundant.map(({ path }) => path)).not.toContain(paths[1]);
  });
});
