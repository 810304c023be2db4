/** How warnings come about and what to do; see finding-advice.ts. In the order of the registry. */
import type { Advice } from './advice.js';

export const warningAdvice = {
  'oci-layout-missing': {
    raised: 'there is an `index.json` but no `oci-layout` beside it. Older builders left it out.',
    advice: 'strict readers refuse the archive. Make it again, or add the file `{"imageLayoutVersion":"1.0.0"}`.',
  },
  'layout-empty': {
    raised:
      'a folder has an `oci-layout`, `index.json` or `manifest.json` and no image or artifact of its own, but archives ' +
      'beside these documents. The archives are read as inputs of their own.',
    advice:
      'remove these documents if the folder was meant for archives; if it was meant for a layout, its manifests are ' +
      'lost. A tool that goes by `oci-layout` sees no image here at all.',
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
  'path-not-portable': {
    raised:
      'a path in `manifest.json` has backslashes (docker on Windows wrote them) while the entry has slashes; or the name ' +
      'of an entry or the target of a link has backslashes where documents have slashes, or on the way to a sub-folder ' +
      'with an image in it (`img\\manifest.json`); or a file that a document names lies behind a link to a folder of ' +
      'the tar. The file is read and checked like any other.',
    advice: 'tools that look for the name as it is written do not find the file. Save again, or pack the archive anew.',
  },
  'entry-form-refused': {
    raised:
      'a file is stored as GNU tar stores sparse files in its own format (type `S`). Its content is whole and is ' +
      'verified. But docker refuses such an archive, podman does where it is an OCI archive, and containerd passes ' +
      'over the entry. The PAX forms of sparse files are read by all of them.',
    advice: 'pack the archive again without `--sparse` (`-S`), or with `--format=posix`.',
  },
  'platform-mismatch': {
    raised:
      'os, architecture or variant differ after both are brought into one spelling, or both name a version of the ' +
      'system and it is not the same.',
    advice: 'clients choose by the index and get an image for another machine. Build the index again.',
  },
  'tag-ambiguous': {
    raised:
      'two descriptors of `index.json`, or two save records, give one name to different images or artifacts, whatever ' +
      'platforms they claim: tools keep one of the two, and not the same one. Below one index there may be an image ' +
      'for each platform, and only two of one platform are ambiguous; on Windows the build of the system counts as ' +
      'part of it.',
    advice: 'tag the images apart, or put the platforms into one index, and save again.',
  },
  'name-invalid': {
    raised:
      'a save record, `repositories` or the annotation `io.containerd.image.name` has a text that no reader takes for a ' +
      'reference: upper case, blanks, a tag that is too long. docker refuses the whole archive, containerd may take the ' +
      'text as it is.',
    advice:
      'save the image again under a name that docker accepts. Until then the text is a name of this archive alone.',
  },
  'name-digest-mismatch': {
    raised:
      'a name ends in `@` and a digest, and neither the manifest that it stands on nor, of a save record, an index ' +
      'above has that digest. One platform that was pulled by the digest of an index is such a case.',
    advice:
      'do not trust the digest in the name: the DIGEST of `varve ls` is the one of what is there. Name the image by its ' +
      'tag, or by that digest.',
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
