/** Names of images: what is read is written again to the same, whatever the text was; digests likewise. */
import { tryParseDigest } from '../../../../src/model/digest.js';
import {
  classifyTag,
  familiarReference,
  formatReference,
  parseReference,
  tryParseReference,
} from '../../../../src/model/reference.js';
import { same, type Target, texts } from '../target.js';

const hex = 'a'.repeat(64);

export const target: Target = {
  name: 'references',
  maxBytes: 300,
  seeds: texts(
    'debian',
    'docker.io/library/debian:12',
    'localhost:5000/a/b:c',
    `registry.example/x@sha256:${hex}`,
    'a__b/c--d.e:F_1',
    '[::1]:80/x',
    `a:b@sha512:${'0'.repeat(128)}`,
    `foo_bar.com/x@sha384:${'1'.repeat(96)}`,
    hex,
    'sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564',
  ),
  words: ['index.docker.io/', 'docker.io/', 'library/', 'sha256:', hex, 'localhost'],
  check(input) {
    const text = input.toString('latin1');
    same('digest', tryParseDigest(text) ?? text, text);
    const { kind } = classifyTag(text);
    const reference = tryParseReference(text);
    if (reference === null) return same('kind', kind, 'local');
    same('kind', kind, /[:/@]/.test(text) ? 'reference' : 'local');
    const written = formatReference(reference);
    same('written', formatReference(parseReference(written)), written);
    const familiar = familiarReference(reference);
    // Docker's own short names are lossy where a path on Docker Hub starts as a domain does, or is an image ID.
    if (/^[^/]*[.:][^/]*\/|^localhost\/|^[0-9a-f]{64}(?:[:@]|$)/.test(familiar)) return;
    same('short', formatReference(parseReference(familiar)), written);
  },
};
