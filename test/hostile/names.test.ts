/**
 * Names that are made to do harm: to climb out, to speak to a terminal, to keep a pattern busy, to be no text at all. They
 * stay data: none is followed, changed or left out.
 */
import { describe, expect, it } from 'vitest';
import {
  describe as describeNode,
  dockerSave,
  type Entry,
  file,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
  symlink,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { errorsOf, limitsHit, scanBytes, scanEntries } from './hostile.js';

const tiny = image({ layers: [layer({ files: [{ path: 'a' }] })], tags: ['docker.io/library/tiny:1'] });
const crane = dockerSave([tiny], { variant: 'crane' });
const withEntries = (...entries: Entry[]) => scanEntries([...crane, ...entries]);
/** So that long names are looked at and not refused. */
const longer = { entryNameBytes: 1024 ** 2, imageNameLength: 1024 ** 2 };
/** Records of six digits are read by all; beyond that bsdtar and GNU tar part from Go. */
const megabyte = 900_000;

describe('a name that climbs', () => {
  it.each(['..', '../x', 'a/../x', 'a/..', './../x', '/../x', '../../../../etc/passwd', 'C:\\x', '..\\x', 'a\\..\\b'])(
    'is an error, and leads nowhere: %s',
    async (name) => {
      expect(errorsOf(await withEntries(file(name, 'x')))).toEqual(['path-escape']);
    },
  );

  it.each(['...', '..a', 'a..', 'a/..b', '/a', '//a', './a', 'a/./b', 'C:x', '..b\\x', 'a\\b'])(
    'is none that only looks like it: %s',
    async (name) => {
      expect(errorsOf(await withEntries(file(name, 'x')))).toEqual([]);
    },
  );

  it.each(['/etc/passwd', '../x', 'a/../../x', '//x', '..\\..\\x', '\\x'])(
    'is an error as the target of a symlink: %s',
    async (target) => {
      expect(errorsOf(await withEntries(symlink('way', target)))).toEqual(['path-escape']);
    },
  );

  it('is an error as a config or layer of a record, which is then missing', async () => {
    const records = [{ Config: '../../etc/passwd', RepoTags: [], Layers: ['/etc/passwd', '../x'] }];
    const record = await scanEntries([file('manifest.json', JSON.stringify(records))]);
    expect(errorsOf(record)).toEqual(['blob-missing']);
    expect(record.findings.map(({ subject }) => subject)).toEqual(['../../etc/passwd', '/etc/passwd', '../x']);
  });
});

describe('a name of control characters', () => {
  const evil = '\u001b[2J\u001b]0;title\u0007\r\n\t\u202e\u0085x';

  it('stays as it is: an entry', async () => {
    const record = await withEntries(file(evil, 'x'));
    expect(record.entries.map(({ name }) => name)).toContain(evil);
    expect(record.findings.filter(({ code }) => code === 'file-unreferenced')).toMatchObject([{ subject: evil }]);
  });

  it('stays as it is: a tag', async () => {
    const records = [{ Config: tiny.id, RepoTags: [evil, `a:${evil}`], Layers: [crane[0]?.name] }];
    const record = await scanEntries([...crane.slice(0, -1), file('manifest.json', JSON.stringify(records))]);
    expect(record.images).toMatchObject([{ references: [], localTags: [evil, `a:${evil}`].sort() }]);
  });

  it('stays as it is: a link target', async () => {
    const record = await withEntries(symlink('way', evil));
    expect(record.findings.find(({ code }) => code === 'link-unresolved')?.message).toContain(evil);
  });
});

describe('a name that is no UTF-8', () => {
  const named = (bytes: number[]): Buffer => {
    const tar = rawTar([{ name: 'x'.repeat(bytes.length), content: Buffer.from('1') }, ...crane]);
    Buffer.from(bytes).copy(tar, 0);
    tar.fill(' ', 148, 156);
    const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return tar;
  };

  it.each([[[0xff, 0xfe]], [[0x61, 0x80]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xf0, 0x9f]]])(
    'is listed: %j',
    async (bytes) => {
      const record = await scanBytes(named(bytes));
      expect(record.status).toBe('ok');
      expect(record.entries).toHaveLength(4);
      expect(record.entries[0]?.name).toContain('\ufffd');
    },
  );
});

describe('a very long name', () => {
  it.each([
    ['one word', 'a'.repeat(megabyte)],
    ['many folders', 'a/'.repeat(megabyte / 2)],
    ['many empty folders', `a${'/'.repeat(megabyte)}b`],
    ['many dots', './'.repeat(megabyte / 2)],
    ['hexadecimal digits', 'a'.repeat(megabyte)],
    ['folders of hexadecimal digits', `${'a'.repeat(64)}/`.repeat(megabyte / 65)],
    ['blobs without end', 'blobs/sha256/'.repeat(megabyte / 13)],
    ['folders that a Mac makes, and a line break', `${'__MACOSX/'.repeat(megabyte / 9)}\n`],
    ['AppleDouble files in each other', '._/'.repeat(megabyte / 3)],
    ['documents in each other', 'json/VERSION/'.repeat(megabyte / 13)],
    ['whiteouts in each other', '.wh./'.repeat(megabyte / 5)],
    ['registries in each other', 'docker/registry/'.repeat(megabyte / 16)],
  ])('is looked at once: %s', async (_, name) => {
    const record = await scanEntries([...crane, file(name, 'x'), file(`${name}x`, 'x')], longer);
    // A file whose name ends in a slash is two things.
    const expected = /\/\.?$/.test(name) ? ['entry-ambiguous', 'readers-disagree'] : [];
    expect(errorsOf(record).sort()).toEqual(expected);
    // The same where nothing says what the archive is, so that every pattern has its turn.
    const nameless = await scanEntries([file(name, 'x'), file(`${name}x`, 'x')], longer);
    expect(nameless.status).not.toBe('ok');
  });

  it('is a limit, unless one higher is set: an entry, a link', async () => {
    for (const made of [file('n'.repeat(4097), 'x'), symlink('s', 'n'.repeat(4097))]) {
      const record = await withEntries(made);
      expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['entryNameBytes']]);
    }
    expect(errorsOf(await withEntries(file('n'.repeat(4096), 'x')))).toEqual([]);
  });

  const tagged = (tags: readonly string[]): Entry[] => {
    const records = [{ Config: tiny.id, RepoTags: tags, Layers: [crane[0]?.name] }];
    return [...crane.slice(0, -1), file('manifest.json', JSON.stringify(records))];
  };

  it('is a limit, unless one higher is set: a tag, which the image then has not', async () => {
    const record = await scanEntries(tagged(['T'.repeat(4097), 'T'.repeat(4096), 'a:1']));
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['imageNameLength']]);
    expect(record.images[0]?.localTags).toEqual(['T'.repeat(4096)]);
    expect(record.images[0]?.references).toEqual(['docker.io/library/a:1']);
  });

  it.each([
    ['containerd', 'io.containerd.image.name'],
    ['skopeo', 'org.opencontainers.image.ref.name'],
  ])('is a limit, unless one higher is set: an annotation of %s', async (_, annotation) => {
    const node = withoutPlatform(ociManifest(tiny));
    const at = (length: number) =>
      scanEntries(ociLayout([describeNode(node, { annotations: { [annotation]: 'T'.repeat(length) } })]));
    expect(limitsHit(await at(4097))).toEqual(['imageNameLength']);
    expect(limitsHit(await at(4096))).toEqual([]);
  });

  it('counts as often as an image has it: that of an index for each image below it', async () => {
    const images = Array.from({ length: 6 }, (_, i) =>
      ociManifest(image({ layers: tiny.layers, config: { Env: [`I=${i}`] } })),
    );
    const index = describeNode(withoutPlatform(ociIndex(images)), {
      annotations: { 'org.opencontainers.image.ref.name': 'T'.repeat(100) },
    });
    const record = await scanEntries(ociLayout([index]), { imageNamesLength: 500 });
    expect([errorsOf(record), limitsHit(record)]).toEqual([['limit-exceeded'], ['imageNamesLength']]);
    expect(record.images.map(({ localTags }) => localTags.length)).toEqual([1, 1, 1, 1, 1, 0]);
  });

  it('is a limit where it is a key of a document', async () => {
    const labels = (length: number) =>
      dockerSave([image({ layers: tiny.layers, config: { Labels: { ['k'.repeat(length)]: '' } } })], {
        variant: 'crane',
      });
    expect(limitsHit(await scanEntries(labels(4097)))).toEqual(['documentKeyBytes']);
    expect(limitsHit(await scanEntries(labels(4096)))).toEqual([]);
  });

  it('is looked at once: a tag', async () => {
    const tags = [
      'a'.repeat(100_000),
      'a/'.repeat(50_000),
      'a-'.repeat(50_000),
      `a:${'b'.repeat(100_000)}`,
      '@'.repeat(50_000),
    ];
    const record = await scanEntries(tagged(tags), longer);
    expect(record.images[0]?.localTags).toEqual([...tags].sort());
  });

  it('is looked at once: a config, a layer', async () => {
    const path = `${'a'.repeat(64)}/`.repeat(10_000);
    const records = [{ Config: path, RepoTags: [], Layers: [path, `${path}x.tar`] }];
    const record = await scanEntries([file('manifest.json', JSON.stringify(records))]);
    expect(errorsOf(record)).toEqual(['blob-missing']);
  });
});

describe('a name like a property of every object', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('is a name: %s', async (name) => {
    const record = await withEntries(file(name, 'x'), file(`d/${name}/json`, 'x'), symlink(`${name}-link`, name));
    expect(record.status).toBe('ok');
    expect(record.entries.map((entry) => entry.name)).toContain(name);
  });

  it.each(['__proto__', 'constructor', 'toString'])('is the path of a config: %s', async (name) => {
    const records = [{ Config: name, RepoTags: [name], Layers: [name] }];
    const record = await scanEntries([file('manifest.json', JSON.stringify(records))]);
    expect(errorsOf(record)).toEqual(['blob-missing']);
    const [image_] = record.images;
    expect([...(image_?.localTags ?? []), ...(image_?.references ?? [])].join()).toContain(name);
  });
});
