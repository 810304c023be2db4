/** The classes of bytes and the figures of images; see glossary.ts. In the order of the alphabet. */
import type { Word } from './word.js';

export const byteWords = {
  attributed: {
    also: ['attributedBytes'],
    meaning: 'The share of an image in the bytes of all layers.',
    text: 'Each layer divided by the number of images that have it. Over all images these add up to the distinct layers.',
    related: ['shared', 'unique'],
  },
  blob: {
    also: ['body'],
    meaning: 'Bytes that are stored under their digest: a layer, a config, a manifest.',
    text: 'The name says what the bytes must be, so a blob can be checked by itself. `varve verify` does.',
    related: ['digest', 'layer', 'unreferenced'],
  },
  duplicate: {
    also: ['copy', 'duplicates'],
    meaning: 'Further copies of the same bytes.',
    text:
      'The first intact copy counts as needed or as the same layer in another compression; each one beyond it is a ' +
      'duplicate. One store would not hold them. In a folder of archives each may be the copy that its own archive needs: ' +
      'delete whole archives, or pack them into one.',
    related: ['needed', 'twin', 'redundant', 'reclaimable'],
  },
  needed: {
    also: [],
    meaning: 'One intact copy of all that the images need.',
    text: 'Of a layer that is stored in several forms, the smallest. A damaged copy is needed only where none is intact.',
    related: ['duplicate', 'twin'],
  },
  overhead: {
    also: ['tar packaging', 'packaging'],
    meaning: 'Tar packaging: headers, padding, known documents.',
    text:
      'What lies around the layers and configs in an archive, with `manifest.json` and its like. It goes when the whole ' +
      'archive goes.',
    related: ['archive', 'needed'],
  },
  packed: {
    also: ['pack'],
    meaning: 'All images in one archive that holds every blob once.',
    text:
      'Layers and documents take there what is needed, with each other compression, older and untagged image once. ' +
      '`varve pack` writes it.',
    related: ['duplicate', 'redundant', 'needed'],
  },
  reclaimable: {
    also: ['can go', 'reclaim', 'reclaimableBytes'],
    meaning: 'What one store that keeps every tag and every digest would not hold.',
    text:
      'Duplicate, dangling and unreferenced bytes together, but for those of archives that failed: their faults may hide ' +
      'what needs them, so they are withheld. Beside it stand layers in another compression, and older ' +
      'builds. It is a property of all inputs together: with one archive less, a copy elsewhere may be the only one.',
    related: ['duplicate', 'dangling', 'unreferenced', 'superseded', 'twin'],
  },
  redundant: {
    also: ['redundant archive'],
    meaning: 'An archive that can be deleted as it is, and nothing is lost.',
    text:
      'Every image of it, under every name that it has there, is whole and intact in an archive that stays, and so is every ' +
      'artifact. A damaged archive covers nothing, and is redundant itself where its images are intact elsewhere.',
    related: ['archive', 'duplicate', 'packed'],
  },
  shared: {
    also: ['sharedBytes', 'SHARED SIZE'],
    meaning: 'Of the size of an image, the layers that another image has too.',
    text: 'They stay when this image goes. `varve ls --format wide` and `varve df -v` show it for each image.',
    related: ['unique', 'attributed', 'base image'],
  },
  stranded: {
    also: ['strandedBytes'],
    meaning: 'Copies that stay in an archive which has no image for them any more.',
    text:
      'After a removal another archive may still have a use for the same blob, so that it stays counted. Here nobody needs ' +
      'it: where the file has no image left they go with it, else with `--remove stranded`.',
    related: ['duplicate', 'unreferenced'],
  },
  twin: {
    also: ['twins', 'recompressed', 'recompressed twin'],
    meaning: 'The same layer in another compression.',
    text:
      'Stored once plain and once as gzip, or by two versions of gzip: other bytes, the same files. Of each form one copy ' +
      'is a twin, further ones are duplicates. It stands beside what is reclaimable: to store one form only changes ' +
      'manifests, and with them digests and signatures.',
    related: ['diffID', 'duplicate', 'needed', 'signature'],
  },
  unique: {
    also: ['uniqueBytes', 'UNIQUE SIZE'],
    meaning: 'Of the size of an image, the layers that no other image has.',
    text:
      'What goes if this image alone goes. Do not add it up for several: a layer that two removed images share is in ' +
      'neither figure, and is freed all the same. `varve plan` counts right.',
    related: ['shared', 'attributed', 'stranded'],
  },
  unreferenced: {
    also: ['orphan', 'orphan blob', 'unreachable'],
    meaning: 'Needed by no image.',
    text:
      'Blobs that no tag, index or save record leads to, stray files, entries that were cut off or are hidden by a later ' +
      'one of the same name. Docker since 25 writes some into each archive; that is normal, and small.',
    related: ['blob', 'reclaimable', 'dangling'],
  },
} as const satisfies Readonly<Record<string, Word>>;
