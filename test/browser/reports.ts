/** Reports to be shown: a large one, and one whose every name tries to be markup. */
import { reportOf } from '../../src/analysis/bytes/report.js';
import { finding } from '../../src/model/finding.js';
import type { Inventory } from '../../src/model/results/inventory.js';
import type { Report } from '../../src/model/results/results.js';
import { ArchiveDraft, digestFor, inventoryOf } from '../helpers/inventory-builder.js';
import { seededRandom } from '../helpers/seeded-random.js';

export const manyImages = 2000;
const archiveCount = 400;
const baseCount = 12;
const frameworkCount = 40;

/** 2,000 images in 400 archives, on 12 bases, with rebuilt tags, untagged images, other compressions and a finding. */
export function largeReport(): Report {
  return reportOf(largeInventory());
}

function largeInventory(): Inventory {
  const random = seededRandom(2000);
  const megabytes = (least: number, most: number) => random.integer(least * 1_000_000, most * 1_000_000);
  const bases = Array.from({ length: baseCount }, (_, base) =>
    Array.from({ length: 1 + (base % 4) }, (_, at) => ({ name: `base ${base} layer ${at}`, bytes: megabytes(5, 120) })),
  );
  const frameworks = Array.from({ length: frameworkCount }, (_, at) => ({
    name: `framework ${at}`,
    bytes: megabytes(1, 60),
  }));
  const perArchive = manyImages / archiveCount;
  const archives = Array.from({ length: archiveCount }, (_, at) => {
    const findings =
      at === 7 ? [finding('digest-mismatch', 'The bytes do not fit the claim.', { offsetBytes: 512 })] : [];
    const draft = new ArchiveDraft(`builds/team-${at % 20}/build-${at}.tar`, {
      status: findings.length === 0 ? 'ok' : 'failed',
      findings,
    });
    const form = at % 3 === 0 ? 'gz' : 'tar';
    const stored = new Map<string, number>();
    const layer = ({ name, bytes }: { name: string; bytes: number }): number => {
      const entry =
        stored.get(name) ?? draft.layer(name, bytes, { form, storedBytes: form === 'gz' ? bytes >> 1 : bytes });
      stored.set(name, entry);
      return entry;
    };
    for (let index = 0; index < perArchive; index += 1) {
      const number = at * perArchive + index;
      const own = Array.from({ length: random.integer(1, 5) }, (_, part) => ({
        name: `own ${number} ${part}`,
        bytes: megabytes(0, 30),
      }));
      const layers = [...random.pick(bases), random.pick(frameworks), ...own];
      draft.image(`image ${number}`, {
        bodies: layers.map(layer),
        references:
          number % 11 === 0 ? [] : [`registry.example.com/team-${at % 20}/service-${number % 700}:1.${number % 3}`],
        createdAt: `2026-0${1 + (number % 9)}-0${1 + (number % 7)}T08:00:00Z`,
      });
    }
    return draft;
  });
  return inventoryOf(archives);
}

/** Markup that a page must show and not obey, each trying to set `window.broken`. */
export const attacks = [
  '<img src=x onerror="window.broken=1">',
  '</script><script>window.broken=1</script>',
  '"><svg onload=window.broken=1>',
  '<!--<script>window.broken=1//',
  "javascript:window.broken=1'",
  '<style>*{display:none}</style>',
  '<iframe srcdoc="<script>parent.broken=1</script>"></iframe>',
] as const;

/** An archive for each attack, which stands wherever the report shows a text. */
export function hostileReport(): Report {
  const archives = attacks.map((attack, at) => {
    const draft = new ArchiveDraft(`${attack}${at}.tar`, {
      status: 'failed',
      findings: [
        finding('digest-mismatch', `message ${attack}`, { subject: attack, expected: attack, actual: attack }),
        finding('layer-empty', attack, { subject: attack }),
      ],
      notChecked: [{ subject: attack, reason: attack }],
    });
    const shared = draft.layer('shared', 5000);
    const own = draft.layer(`own ${attack}`, 1000 + at);
    draft.image(`image ${attack}`, {
      bodies: [shared, own],
      localTags: [attack],
      platform: attack,
      createdAt: attack,
      references: [`example.com/a@${digestFor(attack)}`],
    });
    return draft;
  });
  const skipped = attacks.map((attack) => ({ path: attack, reason: attack }));
  return reportOf(inventoryOf(archives, { skipped }));
}

/** So many archives with the very same hint. */
export function reportWithEqualHints(count: number): Report {
  const hint = finding('layer-end-blocks-missing', 'The layer has no end blocks.', { subject: 'layer.tar' });
  return reportOf(
    inventoryOf(Array.from({ length: count }, (_, at) => new ArchiveDraft(`${at}.tar`, { findings: [hint] }))),
  );
}
