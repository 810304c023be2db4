/** Documents of images: each parser says what it read or what is wrong, and white space around changes nothing. */

import {
  dockerSave,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  tagged,
} from '../../../helpers/archive-builder.js';
import {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
  parseV1Image,
} from '../../../helpers/parsed-documents.js';
import { same, type Target } from '../target.js';

const tide = image({
  layers: [layer({ files: [{ path: 'etc/os', content: 'tide' }] })],
  tags: ['docker.io/library/tide:1', 'registry.example/team/tide:2'],
});
const seeds = [
  ...dockerSave([tide], { variant: 'v1' }),
  ...dockerSave([tide], { variant: 'hybrid' }),
  ...ociLayout([...tagged(ociIndex([ociManifest(tide)]), tide.tags)]),
]
  .map(({ content }) => Buffer.from(content ?? ''))
  .filter((content) => /^\s*[[{]/.test(content.toString()));

const parsers = [
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
  parseV1Image,
];

export const target: Target = {
  name: 'documents',
  maxBytes: 2000,
  seeds,
  words: ['{"', '":', '[]', '{}', 'null', '__proto__', '":"', ',"', 'manifests', '\\u017f', 'ſ'],
  check(input) {
    const text = input.toString();
    for (const parse of parsers) {
      const read = parse(text);
      const empty = read.ok ? read.remarks.some(({ message }) => message === '') : read.problem === '';
      if (empty) throw new Error(`${parse.name} says nothing`);
      same(parse.name, parse(` ${text}\n`).ok, read.ok);
    }
    same('prototype', Object.keys(Object.prototype).length, 0);
  },
};
