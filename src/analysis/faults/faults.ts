/**
 * The faults of an inventory: errors and warnings by their cause, with the images that each touches and where an intact copy
 * lies. A view of the findings beside them: none is left out, and none is changed. Lists are bounded and counted, since a
 * layer may be that of a thousand images.
 */
import type { Finding, FindingCode } from '../../model/finding.js';
import type { Fault } from '../../model/results/faults.js';
import type { ArchiveRecord, Inventory } from '../../model/results/inventory.js';
import { finished, mapped, type Work } from '../../model/work/work.js';
import { type Cause, faultCauses } from './fault-causes.js';
import { FaultImages, faultImage, type Touch } from './fault-images.js';
import { IntactCopies, type Wanted } from './intact-copies.js';

const shownImages = 3;
const shownCopies = 3;

/** Faults that another copy of the same bytes would mend; any other lies in what is claimed. */
const mendable: ReadonlySet<FindingCode> = new Set([
  'input-unreadable',
  'archive-truncated',
  'archive-undecodable',
  'header-invalid',
  'document-invalid',
  'digest-mismatch',
  'config-name-mismatch',
  'size-mismatch',
  'diffid-mismatch',
  'layer-undecodable',
  'layer-not-tar',
  'blob-missing',
]);

/** The same inventory, each archive with its faults. */
export function withFaults(inventory: Inventory): Inventory & { readonly archives: FaultyArchive[] } {
  const faults = faultsOf(inventory);
  const archives = inventory.archives.map((archive, position) =>
    Object.assign({}, archive, { faults: faults[position] ?? [] }),
  );
  return { ...inventory, archives };
}

type FaultyArchive = ArchiveRecord & { readonly faults: Fault[] };

interface Traced {
  readonly cause: Cause;
  readonly touch: Touch;
  readonly wanted: Wanted | null;
}

/** The faults of each archive, in the order of the archives; errors first. */
export function faultsOf(inventory: Inventory): Fault[][] {
  return finished(traceFaults(inventory));
}

/** The same, with rests. */
export function* traceFaults(inventory: Inventory): Work<Fault[][]> {
  const traced: Traced[][] = [];
  for (const archive of inventory.archives) {
    traced.push(archive.findings.length === 0 ? [] : yield* tracedFaults(archive));
  }
  const copies = new IntactCopies();
  yield* copies.find(
    inventory,
    traced.flat().flatMap(({ wanted }) => wanted ?? []),
  );
  const faults: Fault[][] = [];
  for (const own of traced) {
    faults.push(own.length === 0 ? [] : yield* mapped(own, (fault) => faultOf(fault, copies)));
  }
  return faults;
}

function* tracedFaults(archive: ArchiveRecord): Work<Traced[]> {
  const causes = yield* faultCauses(archive);
  if (causes.length === 0) return [];
  const images = new FaultImages(archive, causes);
  yield* images.find();
  return yield* mapped(causes, (cause) => {
    const touch = images.of(cause);
    return { cause, touch, wanted: wantedOf(cause, touch, archive) };
  });
}

function wantedOf(cause: Cause, { part, images }: Touch, archive: ArchiveRecord): Wanted | null {
  if (!mendable.has(cause.lead.code)) return null;
  if (part === 'archive') {
    const ids = new Set(images.map(({ image }) => image.id));
    return ids.size === 0 ? null : { digests: new Set(), diffIds: new Set(), images: ids, whole: true };
  }
  const own = cause.findings.flatMap((position) => archive.findings[position] ?? []);
  const expected = (codes: readonly FindingCode[]) =>
    own.flatMap(({ code, expected: digest }) => (codes.includes(code) && digest !== null ? [digest] : []));
  const claimed = cause.entries.flatMap((entry) => archive.entries[entry]?.claimedDigest ?? []);
  const digests = new Set<string>([...claimed, ...expected(['digest-mismatch', 'config-name-mismatch'])]);
  for (const name of cause.absent) digests.add(name);
  const diffIds = new Set(part === 'layer' ? expected(['diffid-mismatch']) : []);
  const [first] = images;
  const listed = first === undefined || first.layer === null ? null : first.image.layers[first.layer];
  if (listed?.diffId != null) diffIds.add(listed.diffId);
  if (listed?.digest != null) digests.add(listed.digest);
  // A plain tar has its diffID as its digest.
  const plain = cause.entries.some((entry) => archive.entries[entry]?.compression === 'none');
  if (plain) for (const diffId of diffIds) digests.add(diffId);
  if (digests.size + diffIds.size === 0) return null;
  return { digests, diffIds, images: new Set(first === undefined ? [] : [first.image.id]), whole: false };
}

function faultOf({ cause, touch, wanted }: Traced, copies: IntactCopies): Fault {
  const { lead, findings } = cause;
  const found = wanted === null ? null : copies.of(wanted, shownCopies);
  return {
    severity: lead.severity === 'error' ? 'error' : 'warning',
    code: lead.code,
    part: touch.part,
    subject: lead.subject,
    problem: problemOf(lead, touch),
    images: touch.images.slice(0, shownImages).map(faultImage),
    moreImages: Math.max(0, touch.images.length - shownImages),
    intactCopies: found === null ? null : [...found.copies],
    moreIntactCopies: found?.more ?? 0,
    findings: [...findings],
    ...(lead.count === undefined ? {} : { count: lead.count }),
  };
}

/** What is wrong, in words that go on behind the name of the thing. */
function problemOf({ code, message, expected, actual }: Finding, { part }: Touch): string {
  switch (code) {
    case 'digest-mismatch':
    case 'config-name-mismatch':
      return expected === null ? message : `its bytes are not ${expected}`;
    case 'diffid-mismatch':
      return expected === null ? message : `its content is not ${expected}`;
    case 'size-mismatch':
      return `it has ${actual}, not ${expected}`;
    case 'blob-missing':
      return part === 'archive' ? message : 'it is not in the archive';
    default:
      return message;
  }
}
