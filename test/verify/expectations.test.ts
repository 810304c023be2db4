/**
 * Expectations: how they are written, what meets them, and that a claim alone never does.
 */
import { describe, expect, it } from 'vitest';
import { VarveError } from '../../src/model/error.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import { expectImages, parseExpectation, parseExpectations } from '../../src/verify/expectations.js';
import { appImage, appManifest, armImage, armManifest, baseImage, named, shell } from '../formats/images.js';
import {
  artifact,
  attestation,
  blobNode,
  describe as describeNode,
  dockerSave,
  dropEntry,
  type Entry,
  file,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
  tar,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { scanFiles } from './scan-bytes.js';

const sha = (digit: string): string => `sha256:${digit.repeat(64)}`;
const usage = (text: string): unknown => {
  try {
    return parseExpectation(text);
  } catch (error) {
    return error;
  }
};

describe('an expectation', () => {
  it.each([
    [`alpine:3.20=${sha('a')}`, 'alpine:3.20', sha('a')],
    [`  alpine = ${sha('a')} `, 'alpine', sha('a')],
    [`registry.example:5000/a/b:1=${sha('b')}`, 'registry.example:5000/a/b:1', sha('b')],
    [`a=b=${sha('c')}`, 'a=b', sha('c')],
    [`x:1=sha512:${'d'.repeat(128)}`, 'x:1', `sha512:${'d'.repeat(128)}`],
    [`Not A Reference=${sha('e')}`, 'Not A Reference', sha('e')],
  ])('is written as REF=DIGEST: %s', (text, reference, digest) => {
    expect(parseExpectation(text)).toEqual({ reference, digest });
  });

  it.each([
    '',
    '=',
    'alpine',
    `=${sha('a')}`,
    'alpine=',
    'alpine=sha256:abc',
    `alpine=${sha('A')}`,
    `alpine=${'a'.repeat(64)}`,
    `alpine=md5:${'a'.repeat(32)}`,
    `${sha('a')}`,
  ])('is a fault of usage otherwise: %j', (text) => {
    const error = usage(text);
    expect(error).toBeInstanceOf(VarveError);
    expect(error).toMatchObject({ code: 'usage' });
  });
});

describe('a file of expectations', () => {
  it('has one a line, with comments, blank lines and any line ends', () => {
    const text = `\uFEFF# pinned\r\n\na:1=${sha('a')} # the base\r\n\t\n  b:2=${sha('b')}\n#c:3=${sha('c')}`;
    expect(parseExpectations(text, 'pins')).toEqual([
      { reference: 'a:1', digest: sha('a') },
      { reference: 'b:2', digest: sha('b') },
    ]);
  });

  it('may be empty', () => {
    expect(parseExpectations('', 'pins')).toEqual([]);
  });

  it('names the line that is wrong', () => {
    expect(() => parseExpectations(`a:1=${sha('a')}\nnonsense`, 'pins')).toThrow(/^pins:2: /);
  });
});

const tag = appImage.tags[0] ?? '';
const codesAfter = (inventory: Inventory, ...expected: string[]) =>
  expectImages(inventory, expected.map(parseExpectation)).archives.map(({ status, findings }) => [
    status,
    findings.filter(({ code }) => code === 'expectation-failed').map(({ subject, actual }) => [subject, actual]),
  ]);
const scanEntries = async (...archives: readonly (readonly Entry[])[]): Promise<Inventory> =>
  scanFiles(await Promise.all(archives.map((entries) => tar(entries))));

describe('an image meets an expectation', async () => {
  const index = ociIndex([appManifest, armManifest]);
  const inventory = await scanEntries(ociLayout(tagged(index, [tag])));

  it('by the digest of an index that leads to every platform and artifact under the tag', async () => {
    expect(codesAfter(inventory, `${tag}=${index.descriptor.digest}`)).toEqual([['ok', []]]);
    const attested = ociIndex([appManifest, attestation(appManifest)]);
    const one = await scanEntries(ociLayout(tagged(attested, [tag])));
    expect(codesAfter(one, `${tag}=${attested.descriptor.digest}`)).toEqual([['ok', []]]);
  });

  it.each([
    ['its ID', appImage.id],
    ['the digest of its manifest', appManifest.descriptor.digest],
  ])('by %s', async (_, digest) => {
    const one = await scanEntries(ociLayout(tagged(withoutPlatform(appManifest), [tag])));
    expect(codesAfter(one, `${tag}=${digest}`)).toEqual([['ok', []]]);
  });

  it('under a name that has a digest beside its tag', async () => {
    const node = withoutPlatform(appManifest);
    const annotations = { 'org.opencontainers.image.ref.name': `${tag}@${node.descriptor.digest}` };
    const one = await scanEntries(ociLayout([describeNode(node, { annotations })]));
    expect(codesAfter(one, `${tag}=${appImage.id}`)).toEqual([['ok', []]]);
    expect(codesAfter(one, `${tag}=${baseImage.id}`).map(([status]) => status)).toEqual(['failed']);
  });

  it('in any of several archives of which the others do not have the tag', async () => {
    const two = await scanEntries(
      dockerSave([baseImage], { variant: 'crane' }),
      dockerSave([appImage], { variant: 'crane' }),
    );
    expect(codesAfter(two, `${tag}=${appImage.id}`)).toEqual([
      ['ok', []],
      ['ok', []],
    ]);
  });

  it.each(['tidewater:12', 'library/tidewater:12', 'docker.io/library/tidewater:12', 'index.docker.io/tidewater:12'])(
    'however its tag is written: %s',
    async (reference) => {
      const one = await scanEntries(dockerSave([baseImage], { variant: 'crane' }));
      expect(codesAfter(one, `${reference}=${baseImage.id}`)).toEqual([['ok', []]]);
    },
  );

  it('under the tag latest where none is written', async () => {
    const one = await scanEntries(dockerSave([named(baseImage, 'tidewater')], { variant: 'crane' }));
    expect(codesAfter(one, `tidewater=${baseImage.id}`)).toEqual([['ok', []]]);
  });

  it('under a tag of its archive alone', async () => {
    const one = await scanEntries(ociLayout(tagged(withoutPlatform(appManifest), [tag], 'tag-only')));
    expect(codesAfter(one, `2.1=${appImage.id}`)).toEqual([['ok', []]]);
  });

  it('as an artifact', async () => {
    const chart = artifact([blobNode('text/plain', Buffer.from('chart'))], { artifactType: 'application/x.chart' });
    const one = await scanEntries(ociLayout(tagged(chart, ['a.example/chart:1'])));
    expect(codesAfter(one, `a.example/chart:1=${chart.descriptor.digest}`)).toEqual([['ok', []]]);
  });
});

describe('an image does not meet an expectation', () => {
  it('of another digest', async () => {
    const one = await scanEntries(dockerSave([appImage], { variant: 'crane' }));
    expect(codesAfter(one, `${tag}=${baseImage.id}`)).toEqual([['failed', [[tag, appImage.id]]]]);
  });

  it('of another tag', async () => {
    const one = await scanEntries(dockerSave([appImage], { variant: 'crane' }));
    expect(codesAfter(one, `other:1=${appImage.id}`)).toEqual([['failed', [['docker.io/library/other:1', 'absent']]]]);
  });

  it('by an ID that is only claimed, its config being absent', async () => {
    const one = await scanEntries(dropEntry(dockerSave([appImage], { variant: 'crane' }), appImage.id));
    expect(codesAfter(one, `${tag}=${appImage.id}`)).toEqual([['failed', [[tag, 'no verified digest']]]]);
  });

  it('by a v1 id that is written like a digest', async () => {
    const folder = 'a'.repeat(64);
    const one = await scanEntries([
      file(`${folder}/json`, JSON.stringify({ id: appImage.id })),
      file(`${folder}/layer.tar`, shell.tar),
      file('repositories', JSON.stringify({ app: { 1: appImage.id } })),
    ]);
    expect(one.archives[0]).toMatchObject({ status: 'unchecked', images: [{ id: appImage.id }] });
    expect(codesAfter(one, `app:1=${appImage.id}`)).toEqual([
      ['failed', [['docker.io/library/app:1', 'no verified digest']]],
    ]);
  });

  it('by a digest that only the descriptor of its manifest claims', async () => {
    const node = withoutPlatform(ociManifest(appImage));
    const claimed = sha('f');
    const renamed = {
      descriptor: { ...node.descriptor, digest: claimed },
      blobs: node.blobs.map((blob, i) => (i === 0 ? { ...blob, digest: claimed } : blob)),
    };
    const one = await scanEntries(ociLayout(tagged(renamed, [tag])));
    expect(codesAfter(one, `${tag}=${claimed}`)).toEqual([['failed', [[tag, appImage.id]]]]);
  });

  it('before its bytes were read', async () => {
    const unread = await scanFiles([await tar(dockerSave([appImage], { variant: 'podman' }))], { verify: false });
    const config = unread.archives[0]?.images[0]?.id;
    expect(config).toBe(appImage.id);
    // The config is a document, so its digest is known before any body is read.
    expect(codesAfter(unread, `${tag}=${appImage.id}`)).toEqual([['unverified', []]]);
  });
});

describe('a name with several holders', () => {
  const plain = withoutPlatform(appManifest);
  const other = withoutPlatform(ociManifest(named(baseImage)));
  const chart = artifact([blobNode('text/plain', Buffer.from('chart'))], { artifactType: 'application/x.chart' });
  const index = ociIndex([appManifest, armManifest]);

  it.each([
    ['another image', tagged(other, [tag])],
    ['an artifact', tagged(chart, [tag])],
    ['another platform', tagged(armManifest, [tag])],
    ['an artifact that holds the expected manifest as a file', tagged(artifact([plain]), [tag])],
    ['an index with the expected image and another', tagged(index, [tag])],
  ])('fails an expectation that %s under it does not meet, in any order', async (_, roots) => {
    for (const order of [
      [...tagged(plain, [tag]), ...roots],
      [...roots, ...tagged(plain, [tag])],
    ]) {
      const [[status, failures] = []] = codesAfter(
        await scanEntries(ociLayout(order)),
        `${tag}=${appManifest.descriptor.digest}`,
      );
      expect([status, failures?.length]).toEqual(['failed', 1]);
    }
  });

  it('fails it in whichever archive the other lies', async () => {
    const two = await scanEntries(ociLayout(tagged(plain, [tag])), ociLayout(tagged(other, [tag])));
    expect(codesAfter(two, `${tag}=${appImage.id}`)).toEqual([
      ['ok', []],
      ['failed', [[tag, baseImage.id]]],
    ]);
  });

  it('fails an ID that only one platform below an index has', async () => {
    const one = await scanEntries(ociLayout(tagged(index, [tag])));
    expect(codesAfter(one, `${tag}=${appImage.id}`)).toEqual([['failed', [[tag, armImage.id]]]]);
  });
});

describe('where an expectation fails', () => {
  it('the finding lies with the archive that has the tag', async () => {
    const two = await scanEntries(
      dockerSave([baseImage], { variant: 'crane' }),
      dockerSave([appImage], { variant: 'crane' }),
    );
    expect(codesAfter(two, `${tag}=${baseImage.id}`).map(([status]) => status)).toEqual(['ok', 'failed']);
  });

  it('every one that fails has a finding', async () => {
    const one = await scanEntries(dockerSave([appImage], { variant: 'crane' }));
    const [result] = codesAfter(one, `${tag}=${sha('1')}`, `x=${sha('2')}`, `${tag}=${appImage.id}`);
    expect(result?.[1]).toHaveLength(2);
  });

  it('an unreadable archive stays unreadable', async () => {
    const one = await scanFiles([Buffer.from('no archive at all')]);
    expect(codesAfter(one, `${tag}=${appImage.id}`)).toEqual([['unreadable', [[tag, 'absent']]]]);
  });

  it('it is not forgotten where there is no archive at all', () => {
    const empty: Inventory = {
      kind: 'varve.inventory',
      schemaVersion: 1,
      verified: true,
      archives: [],
      skipped: [],
      passedOver: 0,
    };
    expect(codesAfter(empty, `${tag}=${appImage.id}`)).toEqual([['unreadable', [[tag, 'absent']]]]);
    expect(expectImages(empty, [])).toEqual(empty);
  });
});
