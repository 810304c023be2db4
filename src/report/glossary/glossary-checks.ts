/** What is claimed, what was seen and what follows; see glossary.ts. In the order of the alphabet. */
import type { Word } from './word.js';

export const checkWords = {
  baseline: {
    also: [],
    meaning: 'An earlier state that a later one is compared with.',
    text: 'An inventory of `varve scan`, for `varve check --baseline FILE`.',
    related: ['inventory', 'policy'],
  },
  cached: {
    also: ['cache'],
    meaning: 'Not read again: an earlier run saw these bytes, and the file has not changed since.',
    text: 'With `--cache DIR`. Never called ok, since nothing was hashed now.',
    related: ['recorded', 'ok'],
  },
  claim: {
    also: ['claimed'],
    meaning: 'What a document or a file name in the archive says of other bytes.',
    text: 'A digest in a manifest is a claim, and so is a file name that is a digest. It is not believed, it is compared.',
    related: ['observation', 'finding'],
  },
  contested: {
    also: ['contested tag'],
    meaning: 'A tag that several images carry, while nothing says which of them is the newest.',
    text:
      'Their build times are absent, the same, or from before 2013, as reproducible builds write them. All of them stay ' +
      'live. Where one must be chosen, it is the first of the input, and a remark says so. The finding is `tag-contested`.',
    related: ['superseded', 'tag'],
  },
  digest: {
    also: ['sha256', 'checksum', 'hash'],
    meaning: 'A fingerprint of bytes, as in `sha256:9f86d0…`: other bytes, another digest.',
    text:
      'Nobody can make other bytes for a given SHA-256. So a digest that is computed anew and fits shows that not one bit ' +
      'changed since it was written down.',
    related: ['blob', 'diffID', 'image ID', 'claim'],
  },
  error: {
    also: ['errors'],
    meaning: 'A finding: something is not what the archive itself says, or could not be read.',
    text: 'The archive is failed, and `varve verify` ends with exit code 1.',
    related: ['failed', 'finding', 'warning', 'hint'],
  },
  failed: {
    also: ['damaged'],
    meaning: 'An archive with at least one error.',
    text: 'It was recognised and read as far as it goes. What is whole in it is still counted and reported.',
    related: ['error', 'unreadable', 'ok'],
  },
  finding: {
    also: ['findings', 'code', 'fault'],
    meaning: 'One thing that is wrong or odd with an archive.',
    text:
      'It is an error, a warning or a hint, and has a code that never changes its meaning: `varve explain CODE` tells what ' +
      'it means and what to do. [findings.md](findings.md) has them all.',
    related: ['error', 'warning', 'hint', 'not checked'],
  },
  fingerprint: {
    also: ['content fingerprint'],
    meaning: 'One digest for what a container would get: the files of an image and how it is to run.',
    text: 'Equal for two builds with equal content. [inspect.md](inspect.md) says what is in it.',
    related: ['digest', 'image ID'],
  },
  hint: {
    also: ['hints'],
    meaning: 'A finding: odd, but common, and harmless to the content of the images.',
    text: 'Counted, and listed with `--verbose`. It fails nothing unless `--fail-on hint` is given.',
    related: ['finding', 'warning', 'error'],
  },
  inventory: {
    also: ['scan'],
    meaning: 'All that was seen of the archives, as one JSON document.',
    text: '`varve scan` writes it, and it can stand as INPUT in place of the archives.',
    related: ['recorded', 'baseline'],
  },
  'n/a': {
    also: ['not available', 'unknown size'],
    meaning: 'Not known.',
    text:
      'Mostly the size of a compressed layer that was not read: with `--verify` it is known. It is never an estimate and ' +
      'never 0.',
    related: ['unverified', 'not checked'],
  },
  'not checked': {
    also: ['notChecked'],
    meaning: 'Something that could have been compared and was not, with the reason.',
    text: 'A layer without a digest, an encrypted layer, a digest of another algorithm. It is never counted as good.',
    related: ['finding', 'unchecked', 'unverified', 'ok'],
  },
  observation: {
    also: ['observed'],
    meaning: 'What was computed from the bytes themselves.',
    text: 'A digest, a size, a kind of compression. A finding is born where it is compared with a claim.',
    related: ['claim', 'finding'],
  },
  ok: {
    also: ['intact'],
    meaning: 'An archive without an error.',
    text: 'Its bytes were read and hashed now, and every digest fits that could be compared; at least one could.',
    related: ['failed', 'unchecked', 'not checked', 'recorded', 'cached'],
  },
  policy: {
    also: ['rule', 'rules'],
    meaning: 'The rules that `varve check` holds archives against.',
    text: '`varve help policy` lists them, [policy.md](policy.md) explains them.',
    related: ['baseline'],
  },
  recorded: {
    also: [],
    meaning: 'Taken from an inventory; nothing was checked now.',
    text: 'It is shown as recorded and never as ok, unless `--accept-recorded` is given.',
    related: ['inventory', 'cached', 'ok'],
  },
  unchecked: {
    also: [],
    meaning: 'An archive that was read, of which nothing could be compared with a digest.',
    text:
      'It names none, as archives of docker before 1.10. It is never called ok, and has the warning `nothing-compared`, ' +
      'which `--fail-on warning` counts.',
    related: ['not checked', 'unverified', 'ok'],
  },
  unreadable: {
    also: [],
    meaning: 'An input that could not be read at all, or that is no image archive.',
    text: 'The exit code is 3. The other inputs are read all the same.',
    related: ['failed', 'archive'],
  },
  unverified: {
    also: [],
    meaning: 'Counted by what the archive claims; the bytes were not read.',
    text: 'Most commands read headers and documents only. `--verify` reads and hashes every byte.',
    related: ['claim', 'not checked', 'n/a'],
  },
  warning: {
    also: ['warnings'],
    meaning:
      'A finding: nothing contradicts a digest, but tools may disagree about the archive, or it was not finished.',
    text: '`--fail-on warning` makes it count.',
    related: ['finding', 'error', 'hint'],
  },
} as const satisfies Readonly<Record<string, Word>>;
