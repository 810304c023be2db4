/** How hints come about and what to do; see finding-advice.ts. In the order of the registry. */
import type { Advice } from './advice.js';

export const hintAdvice = {
  'entry-repeated': {
    raised: 'a tar has the same entry again, byte for byte. Some writers repeat layers that images share.',
    advice: 'nothing. The repeated bytes are counted as unreferenced.',
  },
  'blob-unreferenced': {
    raised:
      'a file under `blobs/` is reached from no root. docker since 25 writes a v1 config for each layer that ' +
      'nothing refers to.',
    advice: 'nothing. [accounting.md](accounting.md) counts these bytes as unreferenced.',
  },
  'file-unreferenced': {
    raised: 'an entry is neither a document nor part of an image.',
    advice: 'look what it is. Readers ignore it.',
  },
  'platform-absent': {
    raised:
      'a manifest of an index is not in the archive, its descriptor names a platform, and at least one other ' +
      'platform of that index is there. docker with the containerd store saves one platform that way.',
    advice: 'nothing, if the other platforms were not meant to be saved.',
  },
  'blob-in-base': {
    raised:
      'a manifest names a blob that is not there, and the archive is a delta of which the recipe says that its base has ' +
      'it. `varve delta` writes such archives.',
    advice:
      'put the whole together with `varve apply`, which takes these blobs from an archive that has them. By itself the ' +
      'archive is loaded by programs that have these layers, and by no others.',
  },
  'layer-foreign-absent': {
    raised:
      'the media type of the layer says that it may not be distributed, as base layers of Windows do. Addresses ' +
      'beside it do not matter.',
    advice: 'the machine that loads the image has to have the layer, or to fetch it from its address.',
  },
  'layer-name-mismatch': {
    raised:
      'a layer file is named `<hex>.tar`, `<hex>.tar.gz` or alike, and the hex is neither the digest of the stored ' +
      'bytes nor the diffID. The content is judged by the diffID in the config, so this alone is no damage.',
    advice: 'nothing, if the diffID fits. The file may have been compressed anew after it was named.',
  },
  'layer-end-blocks-missing': {
    raised: 'the tar inside a layer stops at the end of an entry. Some builders write it so.',
    advice: 'nothing. The diffID is that of these bytes.',
  },
  'layer-trailing-bytes': {
    raised: 'something other than zeros follows the two zero blocks of a layer, or more zeros than pad a record.',
    advice: 'usually nothing: unpackers stop at the end. The bytes are part of the digest and may carry anything.',
  },
  'history-mismatch': {
    raised:
      'the history is absent, or its steps that made a layer are not as many as the layers. Squashed and converted ' +
      'images often have this.',
    advice: 'nothing. Which step made which layer cannot be told.',
  },
  'key-repeated': {
    raised:
      'a key stands in one object more than once, and either all have one value, or no loader reads that key. Where ' +
      'readers read different values it is `key-ambiguous`.',
    advice: 'nothing. Strict parsers (Rust, Java with checks) may refuse the document.',
  },
  'key-case': {
    raised:
      'a key of `manifest.json` differs from the one in the format only in upper and lower case. jib writes `config` ' +
      'and `repoTags` there. In other documents it is `readers-disagree`.',
    advice: 'nothing, if docker is to load the archive. Readers that are not written in Go may miss these keys.',
  },
  'repositories-mismatch': {
    raised: 'a save archive has both and they disagree. Tools of today read `manifest.json`.',
    advice: 'nothing, or save again. Very old tools would see the other tags.',
  },
  'trailing-bytes': {
    raised:
      'data, or more zeros than pad a record, follows the end of the tar. It may be a second archive that was ' +
      'appended.',
    advice: 'look what it is. Most readers stop at the end blocks; `tar --ignore-zeros` does not.',
  },
  'link-unresolved': {
    raised:
      'a symlink or hard link has no file at its end, or too many links on the way. If an image needs it, ' +
      '`blob-missing` stands beside this.',
    advice: 'nothing, if no image needs it.',
  },
  'tag-contested': {
    raised:
      'a tag stands on several images of one platform and no build time tells which is the last. All of them stay ' +
      'live. A date that is absent, the same, or from before 2013, as reproducible builds write it, decides ' +
      'nothing. `varve report` raises it.',
    advice:
      'decide which image the tag is to mean, and remove the others (`varve plan --remove ID`); or build with a ' +
      'real date.',
  },
  'junk-entry': {
    raised:
      'an archive was packed by a Mac with its own files in it. They are ignored, and counted once for the whole ' +
      'archive.',
    advice: 'nothing. `COPYFILE_DISABLE=1 tar …` leaves them out.',
  },
} as const satisfies Readonly<Record<string, Advice>>;
