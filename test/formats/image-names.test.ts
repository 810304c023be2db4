/** The names that descriptors and save records give: none is lost, and none stands for another. */
import { describe, expect, it } from 'vitest';
import {
  describe as describeNode,
  file,
  ociIndex,
  ociLayout,
  replaceContent,
  withoutPlatform,
} from '../helpers/archive-builder.js';
import { appManifest } from './images.js';
import { claimsOf, codesOf } from './read-entries.js';

const imageName = 'io.containerd.image.name';
const refName = 'org.opencontainers.image.ref.name';
const node = withoutPlatform(appManifest);

const namesOf = async (annotations: Readonly<Record<string, string>>) => {
  const claims = await claimsOf(ociLayout([describeNode(node, { annotations })]));
  const [image] = claims.images;
  return [[...(image?.references ?? [])], [...(image?.localTags ?? [])], codesOf(claims)];
};

describe('the two annotations of a descriptor', () => {
  it.each([
    ['are one name where they say the same', 'docker.io/library/app:1', 'app:1', ['docker.io/library/app:1'], [], []],
    ['are one name where the second is its tag', 'a.example/x:1', '1', ['a.example/x:1'], [], []],
    [
      'are one name where one has no tag and means latest',
      'a.example/x',
      'a.example/x:latest',
      ['a.example/x:latest'],
      [],
      [],
    ],
    [
      'are both kept, and an error, where they differ',
      'a.example/x:1',
      'b.example/y:1',
      ['a.example/x:1', 'b.example/y:1'],
      [],
      ['names-differ'],
    ],
    [
      'are an error where only the tags differ',
      'a.example/x:1',
      'a.example/x:2',
      ['a.example/x:1', 'a.example/x:2'],
      [],
      ['names-differ'],
    ],
    ['are both kept where the second is another tag', 'a.example/x:1', '2', ['a.example/x:1'], ['2'], []],
    [
      'are both kept where the first is no reference',
      'Not a Name',
      'a.example/x:1',
      ['a.example/x:1'],
      ['Not a Name'],
      ['name-invalid'],
    ],
    ['are nothing where they are empty', '', '', [], [], []],
  ])('%s', async (_, first, second, references, localTags, codes) => {
    expect(await namesOf({ [imageName]: first, [refName]: second })).toEqual([references, localTags, codes]);
  });

  it('may be one alone', async () => {
    expect(await namesOf({ [imageName]: 'x:1' })).toEqual([['docker.io/library/x:1'], [], []]);
    expect(await namesOf({ [refName]: 'x' })).toEqual([[], ['x'], []]);
    expect(await namesOf({ [imageName]: 'X' })).toEqual([[], ['X'], ['name-invalid']]);
  });
});

describe('a name that is no reference', () => {
  it('is kept and told in a save record', async () => {
    const claims = await claimsOf([
      file(
        'manifest.json',
        JSON.stringify([{ Config: 'c.json', RepoTags: ['Upper:1', '<none>:<none>', ''], Layers: [] }]),
      ),
      file('c.json', '{"rootfs": {"diff_ids": []}}'),
    ]);
    expect(claims.images.map(({ localTags }) => [...localTags])).toEqual([['Upper:1']]);
    expect(codesOf(claims)).toContain('name-invalid');
  });
});

describe('the version of a layout', () => {
  it.each(['9.9.9', '1.0.1', '1.0', '', ' 1.0.0'])('is an error where it is %j', async (version) => {
    const entries = replaceContent(ociLayout([node]), 'oci-layout', JSON.stringify({ imageLayoutVersion: version }));
    expect(codesOf(await claimsOf(entries))).toEqual(['layout-version-unknown']);
  });
});

describe('the version of a system', () => {
  const windows = (version: string) =>
    describeNode(appManifest, { platform: { os: 'linux', architecture: 'amd64', 'os.version': version } });

  it('in an index is not compared where the config names none', async () => {
    expect(codesOf(await claimsOf(ociLayout([ociIndex([windows('10.0.1')])])))).toEqual([]);
  });
});
