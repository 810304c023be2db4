/** How warnings come about and what to do; see finding-advice.ts. In the order of the registry. */
import type { Advice } from './finding-advice.js';

export const warningAdvice = {
  'oci-layout-missing': {
    raised: 'there is an `index.json` but no `oci-layout` beside it. Older builders left it out.',
    advice: 'strict readers refuse the archive. Make it again, or add the file `{"imageLayoutVersion":"1.0.0"}`.',
  },
  'compression-mismatch': {
    raised: 'the first bytes of a layer show another compression than its media type. Digests are not affected.',
    advice: 'make the archive again. Some runtimes go by the media type and fail to unpack the layer.',
  },
  'layer-empty': {
    raised: 'the body of a layer has no byte at all. Even an empty tar has 1,024.',
    advice: 'see whether the image works. Old archives have such layers for steps that changed nothing.',
  },
  'end-blocks-missing': {
    raised:
      'the tar stops at the end of an entry. Everything that is there is whole, and what its documents name is ' +
      'there, but nobody can tell whether more should follow.',
    advice:
      'compare the size with that of the original. If it was cut exactly there, images may be missing without a ' +
      'trace.',
  },
  'index-incomplete': {
    raised:
      'an archive has both documents and `index.json` lacks an image, or lists none. Some versions of docker wrote ' +
      '`"manifests": null`. Varve reads what either of them lists.',
    advice: 'tools that read only `index.json` will not see these images. Save again with a current docker.',
  },
  'platform-mismatch': {
    raised: 'os, architecture or variant differ after both are brought into one spelling.',
    advice: 'clients choose by the index and get an image for another machine. Build the index again.',
  },
  'tag-ambiguous': {
    raised:
      'two configs with one platform stand under the same name. On Windows the build of the system counts as part ' +
      'of the platform. Tools keep one of the two, and not the same one.',
    advice: 'tag the images apart and save again.',
  },
  'layer-path-duplicate': {
    raised:
      'a file path occurs twice in the tar of one layer, which the OCI specification forbids. Directories may be ' +
      'repeated.',
    advice: 'usually nothing: unpackers let the last one win. Scanners that read the first one see another file.',
  },
  'nothing-compared': {
    raised:
      'the bytes were read, and neither a blob name nor a document of the archive holds a digest of them, as in ' +
      'archives of docker before 1.10. The status of the archive is `unchecked`, never `ok`.',
    advice:
      'keep a digest of the file itself beside it. An image that is loaded and saved again with a docker of today has ' +
      'digests, of what it is now.',
  },
} as const satisfies Readonly<Record<string, Advice>>;
