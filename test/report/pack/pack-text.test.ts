/** What is said of a pack: which layers got another form, which signatures fit no longer, and what to do. */
import { describe, expect, it } from 'vitest';
import { parseDigest } from '../../../src/model/digest.js';
import type { Pack } from '../../../src/model/results/pack.js';
import { joined } from '../../../src/report/blocks/pieces.js';
import { renderText } from '../../../src/report/forms/terminal.js';
import { packText } from '../../../src/report/pack/pack-text.js';

const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);

const pack: Pack = {
  kind: 'varve.pack',
  schemaVersion: 1,
  output: 'all.tar',
  status: 'written',
  sizeBytes: 1000,
  tarBytes: null,
  compression: 'none',
  inputBytes: 4000,
  archives: 2,
  images: [
    { id: 'x', references: ['a/b:1'], localTags: [], manifestDigest: { before: digest('a'), after: digest('b') } },
  ],
  parts: [],
  lists: [],
  superseded: [],
  leftOut: [],
  recoded: {
    form: 'smallest',
    level: null,
    manifests: [{ before: digest('a'), after: digest('b') }],
    indexes: [],
    layers: [],
    keptLayers: [],
    lostNames: [],
  },
  signatures: [],
  blobs: 3,
  copiedBytes: 900,
};

const textOf = (changed: Partial<Pack>): string =>
  joined(
    renderText(packText({ ...pack, ...changed }, { wide: false, verbose: false } as Parameters<typeof packText>[1]), {
      color: false,
      width: null,
    }),
  );

describe('the text of a pack', () => {
  it('says which form layers have, and that manifests changed', () => {
    expect(textOf({})).toContain(
      'Each layer is there in its smallest form alone: 0 layers and 1 manifest got other digests',
    );
    expect(textOf({})).toMatch(/a\/b:1 .* changed/);
  });

  it('says what a signature was of, and what leaves it out', () => {
    const row = { what: 'a/b:sha256-x.sig', digest: digest('c'), describes: digest('a') };
    const refused = textOf({ status: 'refused', signatures: [{ ...row, dropped: false }] });
    expect(refused).toContain('Nothing was written: 1 signature would fit no longer. varve pack --drop-signatures');
    expect(refused).toContain('a/b:sha256-x.sig: of aaaaaaaaaaaa, which has another digest now');
    expect(textOf({ signatures: [{ ...row, dropped: true }] })).toContain('another digest now; left out');
  });

  it('says names with a digest in them that are true no longer', () => {
    const lostNames = [{ name: `a/b@${digest('a')}`, manifestDigest: digest('b') }];
    const recoded = pack.recoded === null ? null : { ...pack.recoded, lostNames };
    expect(textOf({ recoded })).toContain('the digest is bbbbbbbbbbbb now');
  });
});
