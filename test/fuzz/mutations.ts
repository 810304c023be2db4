/** Whole inputs with something done to them: what a reader meets that random bytes never reach. */
import fc from 'fast-check';

/** One change of some bytes; positions are parts of the length, so that one change fits inputs of any size. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop' | 'repeat' | 'zero'; readonly at: number; readonly sizeBytes: number }
  | { readonly kind: 'swap'; readonly at: number; readonly other: number; readonly sizeBytes: number }
  | { readonly kind: 'insert' | 'overwrite'; readonly at: number; readonly bytes: Buffer };

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
/** Sizes around what the formats are made of. */
const size = fc.oneof(fc.constantFrom(1, 4, 8, 16, 512, 1024), fc.integer({ min: 1, max: 2048 }));
/** Numbers and texts that readers stumble over. */
const telling = fc
  .constantFrom(
    '\0',
    '\xff',
    '\x80',
    '\xff\xff\xff\xff',
    '\x00\x00\x00\x00',
    '\x7f\xff\xff\xff',
    '77777777777',
    '99999999999999',
    '-1',
    '{',
    '[[',
    '"',
    '\\u0000',
    '\r\n',
    '\x1f\x8b\x08',
    '\x28\xb5\x2f\xfd',
    'ustar',
    '__proto__',
    '..',
    '/',
    'null',
    '1e999',
    'sha256:',
    '{{',
    '}}',
    '%!',
    '=',
  )
  .map((text) => Buffer.from(text, 'latin1'));
const bytes = fc.oneof(
  telling,
  fc.uint8Array({ minLength: 1, maxLength: 24 }).map((array) => Buffer.from(array)),
);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, mask: fc.nat(7).map((bit) => 1 << bit) }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constantFrom('drop' as const, 'repeat' as const, 'zero' as const), at: place, sizeBytes: size }),
  fc.record({ kind: fc.constant('swap' as const), at: place, other: place, sizeBytes: size }),
  fc.record({ kind: fc.constantFrom('insert' as const, 'overwrite' as const), at: place, bytes }),
);

/** The bytes after one change; the input stays as it is. */
export function mutate(input: Buffer, change: Mutation): Buffer {
  const at = Math.floor(change.at * input.length);
  const before = input.subarray(0, at);
  switch (change.kind) {
    case 'flip': {
      const changed = Buffer.from(input);
      if (at < changed.length) changed[at] = (changed[at] ?? 0) ^ change.mask;
      return changed;
    }
    case 'cut':
      return Buffer.from(before);
    case 'drop':
      return Buffer.concat([before, input.subarray(at + change.sizeBytes)]);
    case 'repeat':
      return Buffer.concat([input.subarray(0, at + change.sizeBytes), input.subarray(at)]);
    case 'zero':
      return Buffer.from(input).fill(0, at, Math.min(at + change.sizeBytes, input.length));
    case 'swap':
      return swapped(input, at, Math.floor(change.other * input.length), change.sizeBytes);
    case 'insert':
      return Buffer.concat([before, change.bytes, input.subarray(at)]);
    case 'overwrite':
      return Buffer.concat([before, change.bytes, input.subarray(at + change.bytes.length)]);
  }
}

function swapped(input: Buffer, at: number, other: number, sizeBytes: number): Buffer {
  const changed = Buffer.from(input);
  const length = Math.min(sizeBytes, input.length - Math.max(at, other));
  input.copy(changed, at, other, other + length);
  input.copy(changed, other, at, at + length);
  return changed;
}

/** One of these inputs with up to `most` changes, none included; sometimes two of them cut and joined. */
export function mutated(inputs: readonly Buffer[], most = 6): fc.Arbitrary<Buffer> {
  const whole = fc.constantFrom(...inputs);
  const joined = fc
    .tuple(whole, whole, place, place)
    .map(([a, b, end, start]) =>
      Buffer.concat([a.subarray(0, Math.floor(end * a.length)), b.subarray(Math.floor(start * b.length))]),
    );
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: whole }, joined), fc.array(mutation, { maxLength: most }))
    .map(([input, changes]) => changes.reduce(mutate, input));
}

/** The same for texts; what is no UTF-8 afterwards becomes replacement characters, as a reader would make it. */
export function mutatedText(texts: readonly string[], most = 6): fc.Arbitrary<string> {
  return mutated(
    texts.map((text) => Buffer.from(text)),
    most,
  ).map((changed) => changed.toString());
}
