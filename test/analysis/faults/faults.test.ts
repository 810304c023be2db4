/** Which findings are one fault, what it touches, and where it finds an intact copy. */
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../../src/analysis/faults/faults.js';
import { type Finding, type FindingCode, finding } from '../../../src/model/finding.js';
import type { Fault } from '../../../src/model/results/faults.js';
import type { ArchiveRecord, Inventory } from '../../../src/model/results/inventory.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../../helpers/inventory-builder.js';

const reference = 'registry.example.com/shop/orders:1.4';
const step = (createdBy: string, emptyLayer = false) => ({ createdAt: null, createdBy, comment: null, emptyLayer });

/** The inventory with findings of the one archive that is meant, by its position. */
function withFindings(inventory: Inventory, findings: readonly Finding[], at = 0): Inventory {
  const change = (archive: ArchiveRecord, position: number): ArchiveRecord =>
    position === at ? { ...archive, status: 'failed', findings: [...findings] } : archive;
  return { ...inventory, archives: inventory.archives.map(change) };
}

/** An image of two layers, the second of them damaged; its layers and its documents are bodies of the archive. */
function damagedImage(path = 'a.tar'): ArchiveDraft {
  const draft = new ArchiveDraft(path);
  const base = draft.layer('base', 100);
  const app = draft.layer('app', 50, { digest: digestFor('other bytes'), intact: false });
  draft.image('orders', {
    bodies: [base, app],
    references: [reference],
    history: [step('FROM base'), step('ENV A=1', true), step('COPY app /srv')],
  });
  return draft;
}

function intactImage(path: string): ArchiveDraft {
  const draft = new ArchiveDraft(path);
  draft.image('orders', { bodies: [draft.layer('base', 100), draft.layer('app', 50)] });
  return draft;
}

const wrongBytes = finding('digest-mismatch', 'm', { subject: 'app.tar', expected: digestFor('app') });
const wrongContent = finding('diffid-mismatch', 'm', { subject: 'app.tar', expected: digestFor('app') });
const noTar = finding('layer-not-tar', 'no tar', { subject: 'app.tar' });
const faultsIn = (inventory: Inventory, at = 0): Fault[] => faultsOf(inventory)[at] ?? [];
const codes = (faults: readonly Fault[]): FindingCode[] => faults.map(({ code }) => code);

describe('the faults of an archive', () => {
  it('are one for all that one damaged body contradicts, told by its bytes, and name layer, image and step', () => {
    const inventory = withFindings(inventoryOf([damagedImage()]), [noTar, wrongContent, wrongBytes]);
    expect(faultsIn(inventory)).toEqual([
      {
        severity: 'error',
        code: 'digest-mismatch',
        part: 'layer',
        subject: 'app.tar',
        problem: `its bytes are not ${digestFor('app')}`,
        images: [{ id: digestFor('orders'), references: [reference], layer: 2, layers: 2, step: 'COPY app /srv' }],
        moreImages: 0,
        intactCopies: [],
        moreIntactCopies: 0,
        findings: [0, 1, 2],
      },
    ]);
  });

  it('are two where two bodies are damaged', () => {
    const draft = damagedImage();
    const other = finding('digest-mismatch', 'm', { subject: 'base.tar', expected: digestFor('base') });
    const faults = faultsIn(withFindings(inventoryOf([draft]), [wrongBytes, other]));
    expect(faults.map(({ images }) => images[0]?.layer)).toEqual([2, 1]);
  });

  it('leave hints out, and put errors before warnings', () => {
    const found = [finding('key-case', 'm'), finding('oci-layout-missing', 'm'), wrongBytes];
    const faults = faultsIn(withFindings(inventoryOf([damagedImage()]), found));
    expect(codes(faults)).toEqual(['digest-mismatch', 'oci-layout-missing']);
    expect(faults.map(({ findings }) => findings)).toEqual([[2], [1]]);
  });

  it('have what is missing behind a cut with the cut, and name the images that are not whole', () => {
    const draft = new ArchiveDraft('a.tar');
    const cut = draft.layer('base', 50, { intact: false });
    draft.image('orders', {
      bodies: [cut],
      layers: [draft.layerRecord(cut), { diffId: digestFor('app'), digest: null, entry: null, mediaType: null }],
      references: [reference],
    });
    draft.image('whole');
    const found = [
      finding('blob-missing', 'm', { subject: 'app.tar', expected: digestFor('app') }),
      finding('archive-truncated', 'cut inside base.tar', { subject: 'base.tar' }),
      finding('size-mismatch', 'm', { subject: 'base.tar', expected: '100 bytes', actual: '50 bytes' }),
    ];
    expect(faultsIn(withFindings(inventoryOf([draft]), found))).toMatchObject([
      { code: 'archive-truncated', part: 'archive', images: [{ references: [reference] }], findings: [0, 1, 2] },
    ]);
  });

  it('tell a missing layer by its place, also where the archive calls it by a name of its own', () => {
    const draft = new ArchiveDraft('a.tar');
    const base = draft.layer('base', 100);
    const absent = { diffId: digestFor('app'), digest: null, entry: null, mediaType: null };
    draft.image('orders', { bodies: [base], layers: [draft.layerRecord(base), absent] });
    const found = finding('blob-missing', 'm', { subject: 'layer-1.tar', expected: digestFor('app') });
    expect(faultsIn(withFindings(inventoryOf([draft, intactImage('b.tar')]), [found]))).toMatchObject([
      { part: 'layer', images: [{ layer: 2, layers: 2 }], intactCopies: [{ archive: 'b.tar', entry: 'app.tar' }] },
    ]);
  });

  it('are that of the document where a layer is wrong only by the word of one whose own bytes are wrong', () => {
    const draft = new ArchiveDraft('a.tar');
    const layer = draft.layer('base', 100);
    const manifest = draft.body('manifest', { intact: false, digest: digestFor('flipped') });
    draft.image('orders', { bodies: [layer], manifestDigests: [digestFor('manifest')], reaches: [layer, manifest] });
    const claim = finding('size-mismatch', 'm', { subject: 'base.tar', expected: '101 bytes', actual: '100 bytes' });
    const own = finding('digest-mismatch', 'm', { subject: 'manifest', expected: digestFor('manifest') });
    expect(faultsIn(withFindings(inventoryOf([draft]), [claim, own]))).toMatchObject([
      { code: 'digest-mismatch', part: 'manifest', subject: 'manifest', findings: [0, 1] },
    ]);
    expect(codes(faultsIn(withFindings(inventoryOf([draft]), [claim])))).toEqual(['size-mismatch']);
  });

  it('are one, with its reason, where the input could not be read', () => {
    const found = [finding('input-unreadable', 'no such file'), finding('archive-truncated', 'cut')];
    const inventory = inventoryOf([new ArchiveDraft('a.tar', { status: 'unreadable', findings: found })]);
    expect(faultsIn(inventory)).toMatchObject([
      { code: 'input-unreadable', part: 'archive', problem: 'no such file', images: [], intactCopies: null },
    ]);
  });

  it('count the images of a layer beyond three', () => {
    const draft = damagedImage();
    for (const name of ['b', 'c', 'd', 'e']) draft.image(name, { bodies: [1] });
    const [fault] = faultsIn(withFindings(inventoryOf([draft]), [wrongBytes]));
    expect(fault).toMatchObject({ moreImages: 2 });
    expect(fault?.images).toHaveLength(3);
  });
});

describe('an intact copy', () => {
  const alone = (path: string, facts: Parameters<ArchiveDraft['layer']>[2] = {}): ArchiveDraft => {
    const draft = new ArchiveDraft(path);
    draft.layer('app', 50, facts);
    return draft;
  };
  const copiesOf = (others: readonly ArchiveDraft[]) =>
    faultsIn(withFindings(inventoryOf([damagedImage(), ...others]), [wrongBytes]))[0];

  it('in an archive with the whole image comes first, then the same bytes, then another form of the layer', () => {
    const gzip = alone('gzip.tar', { form: 'gzip' });
    expect(copiesOf([gzip, alone('bytes.tar'), intactImage('whole.tar')])?.intactCopies).toEqual([
      { archive: 'whole.tar', entry: 'app.tar', sameBytes: true, recorded: false },
      { archive: 'bytes.tar', entry: 'app.tar', sameBytes: true, recorded: false },
      { archive: 'gzip.tar', entry: 'app.gzip', sameBytes: false, recorded: false },
    ]);
  });

  it('is none that was not compared with a digest, or that is damaged itself', () => {
    expect(copiesOf([alone('b.tar', { intact: null }), alone('c.tar', { intact: false })])?.intactCopies).toEqual([]);
  });

  it('is marked where only an inventory says so', () => {
    const recorded = new ArchiveDraft('b.tar', { status: 'recorded' });
    recorded.layer('app', 50);
    expect(copiesOf([recorded])?.intactCopies).toMatchObject([{ archive: 'b.tar', recorded: true }]);
  });

  it('beyond the third is counted', () => {
    const fault = copiesOf(['b', 'c', 'd', 'e', 'f'].map((path) => alone(path)));
    expect(fault).toMatchObject({ moreIntactCopies: 2 });
    expect(fault?.intactCopies).toHaveLength(3);
  });

  it('of an archive that is cut is one that has all its images whole', () => {
    const draft = damagedImage();
    const cut = finding('archive-truncated', 'cut', { subject: 'app.tar' });
    const inventory = inventoryOf([draft, damagedImage('b.tar'), intactImage('c.tar')]);
    expect(faultsIn(withFindings(inventory, [cut]))[0]?.intactCopies).toEqual([
      { archive: 'c.tar', entry: null, sameBytes: true, recorded: false },
    ]);
  });
});

describe('the faults of hostile sets', () => {
  it('have every error and warning once, whatever the findings are', () => {
    const draft = damagedImage();
    const subjects = ['app.tar', 'base.tar', 'orders', 'nowhere', digestFor('app'), null];
    const names: readonly FindingCode[] = [
      'blob-missing',
      'layer-empty',
      'header-invalid',
      'tag-ambiguous',
      'key-case',
    ];
    const found = names.flatMap((code) => subjects.map((subject) => finding(code, 'm', { subject })));
    const positions = faultsIn(withFindings(inventoryOf([draft]), found)).flatMap(({ findings }) => findings);
    const expected = found.flatMap(({ severity }, position) => (severity === 'hint' ? [] : [position]));
    expect(positions.toSorted((a, b) => a - b)).toEqual(expected);
  });

  it('look each copy up once where one body is damaged and intact thousands of times', () => {
    const many = 3000;
    const bad = new ArchiveDraft('bad.tar');
    const good = new ArchiveDraft('good.tar');
    let reads = 0;
    for (let i = 0; i < many; i++) {
      bad.layer('app', 1, { name: `${i}/layer.tar`, intact: false });
      good.layer('app', 1, { name: `${i}/layer.tar` });
    }
    const found = Array.from({ length: many }, (_, i) =>
      finding('digest-mismatch', 'm', { subject: `${i}/layer.tar`, expected: digestFor('app') }),
    );
    const inventory = withFindings(inventoryOf([bad, good]), found);
    for (const record of inventory.archives[1]?.entries ?? []) {
      const { intact } = record;
      Object.defineProperty(record, 'intact', {
        get: () => {
          reads += 1;
          return intact;
        },
      });
    }
    expect(faultsIn(inventory)).toHaveLength(many);
    expect(reads).toBe(many);
  });
});
