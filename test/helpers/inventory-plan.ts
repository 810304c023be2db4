/**
 * The small numbers that a random inventory is made of: drawn first, so that fast-check shrinks them to the few facts that
 * matter (random-inventory.ts makes an inventory of them).
 */
import fc from 'fast-check';

export interface InventoryTraits {
  /** Every body has a claimed or an observed digest, so that equal bodies are known to be equal. */
  readonly digestsKnown?: boolean;
  /** No body contradicts a claim. */
  readonly intact?: boolean;
  /** Every image claims the content of all its layers, and truly. */
  readonly contentKnown?: boolean;
  /** No two images carry the same tag. */
  readonly uncontested?: boolean;
}

export const layerCount = 4;
export const imageCount = 5;
export const artifactCount = 4;
export const compressions = ['none', 'gzip', 'zstd'] as const;
const statuses = ['ok', 'ok', 'ok', 'failed', 'recorded', 'unverified', 'unreadable'] as const;
const platforms = ['linux/amd64', 'linux/amd64', 'linux/amd64', 'linux/s390x', null] as const;
export const references = [
  'docker.io/library/app:1',
  'docker.io/library/app:1',
  'docker.io/library/app:1',
  'docker.io/library/app:1',
  'docker.io/library/app:2',
  'registry.example:5000/app:1',
  `registry.example:5000/app@sha256:${'a'.repeat(64)}`,
  `docker.io/library/app:1@sha256:${'b'.repeat(64)}`,
] as const;
export const localTags = ['1', 'v2'] as const;
// Several of them name one instant, several are none, and the order of text is not the order of time.
const creationTimes = [
  null,
  '2024-03-01T00:00:00Z',
  '2024-04-01T00:00:00Z',
  '2024-05-01T00:00:00Z',
  '2024-06-01T00:00:00Z',
  '2012-12-31T23:59:59.999999999Z',
  '2013-01-01T00:00:00Z',
  '1970-01-01T00:00:01Z',
  '1980-01-01T00:00:01Z',
  '2024-01-01T00:00:00Z',
  '2024-01-01T00:00:00.000000001Z',
  '2024-01-01T00:00:00.1Z',
  '2024-01-01T00:00:00.10Z',
  '2024-01-01T00:00:00.100000001Z',
  '2024-01-01T02:00:00+02:00',
  '2024-01-01t00:30:00+01:00',
  '2023-12-31T19:00:00.5-05:00',
  '0001-01-01T00:00:00Z',
  '1800-01-01T00:00:00Z',
  '2024-02-30T00:00:00Z',
  '2024-06-01T00:00:00',
  'yesterday',
] as const;
const findingCodes = ['digest-mismatch', 'layer-empty', 'key-case'] as const;

/** True in about that share of the cases; shrinks to false. */
function chance(percent: number): fc.Arbitrary<boolean> {
  return fc.nat(99).map((drawn) => drawn >= 100 - percent);
}

function pick<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.constantFrom(...values);
}

const smallBytes = fc.nat(12);

function bodyPlan({ digestsKnown = false, intact = false, contentKnown = false }: InventoryTraits) {
  return fc.record({
    // The first value is what a failing case shrinks to.
    check: pick(intact ? ['good', 'good', 'unchecked'] : ['good', 'good', 'unchecked', 'broken']),
    digests: pick(digestsKnown ? ['both', 'both', 'claimed'] : ['both', 'both', 'both', 'claimed', 'observed', 'none']),
    contentUnknown: chance(contentKnown ? 0 : 12),
    sizeUnknown: chance(8),
    wrongBytes: smallBytes,
    wrongContent: fc.nat(layerCount * compressions.length),
  });
}

function layerPlan(traits: InventoryTraits) {
  const { intact = false, contentKnown = false } = traits;
  return fc.record({
    form: fc.nat(compressions.length - 1),
    absent: chance(8),
    separate: chance(10),
    unclaimed: chance(contentKnown ? 0 : 8),
    // The image claims that the body of the next layer is this one.
    swapped: chance(intact || contentKnown ? 0 : 3),
    body: bodyPlan(traits),
  });
}

function occurrencePlan(traits: InventoryTraits) {
  return fc.record({
    image: fc.nat(imageCount - 1),
    references: fc.array(fc.nat(references.length - 1), { maxLength: 2 }),
    // An image with a local tag is hardly ever superseded, so few have one.
    localTags: fc
      .array(fc.nat(localTags.length - 1), { maxLength: 1 })
      .chain((tags) => chance(25).map((own) => (own ? tags : []))),
    layersUnknown: chance(6),
    configAbsent: chance(traits.contentKnown ? 0 : 10),
    manifests: fc.array(fc.nat(1), { maxLength: 2 }),
    indexes: fc.array(fc.nat(1), { maxLength: 1 }),
    layers: fc.array(layerPlan(traits), { minLength: 1, maxLength: 4 }),
    documents: fc.array(bodyPlan(traits), { minLength: 1, maxLength: 3 }),
  });
}

function archivePlan(traits: InventoryTraits) {
  return fc.record({
    status: pick(statuses),
    overhead: fc.tuple(smallBytes, smallBytes, smallBytes, smallBytes),
    occurrences: fc.array(occurrencePlan(traits), { maxLength: 4 }),
    artifacts: fc.array(
      fc.record({
        artifact: fc.nat(artifactCount - 1),
        layer: chance(10),
        documents: fc.array(bodyPlan(traits), { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
    loose: fc.array(
      fc.record({
        kind: pick(['stray', 'layer', 'blob', 'document']),
        content: fc.nat(layerCount - 1),
        form: fc.nat(2),
        body: bodyPlan(traits),
      }),
      { maxLength: 3 },
    ),
    findings: fc.array(pick(findingCodes), { maxLength: 2 }),
    notChecked: fc.nat(1),
  });
}

export function inventoryPlan(traits: InventoryTraits) {
  return fc.record({
    layers: fc.tuple(...Array.from({ length: layerCount }, () => fc.tuple(smallBytes, smallBytes, smallBytes))),
    images: fc.tuple(
      ...Array.from({ length: imageCount }, () =>
        fc.record({
          layers: fc.array(fc.nat(layerCount - 1), { maxLength: 4 }),
          createdAt: pick(creationTimes),
          platform: pick(platforms),
        }),
      ),
    ),
    artifacts: fc.tuple(
      ...Array.from({ length: artifactCount }, () =>
        fc.record({
          kind: pick(['attestation', 'artifact', 'index'] as const),
          subject: fc.nat(2 * imageCount + 2 + artifactCount + 1),
        }),
      ),
    ),
    archives: fc.array(archivePlan(traits), { minLength: 1, maxLength: 4 }),
    verified: fc.boolean(),
  });
}

type Generated<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
export type InventoryPlan = Generated<ReturnType<typeof inventoryPlan>>;
export type ArchivePlan = Generated<ReturnType<typeof archivePlan>>;
export type OccurrencePlan = Generated<ReturnType<typeof occurrencePlan>>;
export type LayerPlan = Generated<ReturnType<typeof layerPlan>>;
export type BodyPlan = Generated<ReturnType<typeof bodyPlan>>;
