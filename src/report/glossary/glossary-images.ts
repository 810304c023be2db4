/** Images, what they are made of and what they are called; see glossary.ts. In the order of the alphabet. */
import type { Word } from './word.js';

export const imageWords = {
  archive: {
    also: ['tar', 'image archive'],
    meaning: 'One file or folder that holds saved images.',
    text:
      'What `docker save`, `podman save` or `skopeo copy` writes, plain or compressed as a whole, or an unpacked folder of ' +
      'that shape. [formats.md](formats.md) lists the kinds.',
    related: ['layout', 'redundant', 'unreadable'],
  },
  artifact: {
    also: ['OCI artifact', 'chart'],
    meaning: 'Something under a tag that is no image, such as a Helm chart or a file.',
    text: 'It is kept as a live image is, and counted. `varve ls -a` lists it.',
    related: ['attestation', 'referrer'],
  },
  attestation: {
    also: ['provenance', 'SBOM'],
    meaning: 'A document that says how an image was built or what is in it.',
    text:
      'BuildKit and cosign store it beside the image, as a manifest of its own. It is no image: it goes and stays with the ' +
      'one that it describes. It is listed, never called valid. `varve ls -a` shows it.',
    related: ['referrer', 'signature'],
  },
  'base image': {
    also: ['base', 'parent'],
    meaning: 'An image whose layers are the first layers of another.',
    text:
      'Told by the diffIDs, so that no name is needed for it. `varve tree` shows which image is built on which. What both ' +
      'have is stored once in a good store, and many times in a folder of archives.',
    related: ['chain ID', 'layer', 'shared'],
  },
  'chain ID': {
    also: ['chainID'],
    meaning: 'One digest for a layer together with all layers below it.',
    text:
      'Computed from the diffIDs. Two images with an equal chain ID have the same layers up to there, in the same order. ' +
      '[inspect.md](inspect.md) has it for each layer.',
    related: ['base image', 'diffID'],
  },
  config: {
    also: ['image config'],
    meaning: 'The small document that says what an image runs, and of which layers it is made.',
    text: 'Command, environment, labels, history, date and the diffIDs of the layers. Its digest is the image ID.',
    related: ['image ID', 'manifest', 'diffID'],
  },
  dangling: {
    also: ['untagged', '<none>'],
    meaning: 'An image without a tag in any of the inputs.',
    text:
      'Mostly an older build whose tag went to a newer one. As a class of bytes: needed by untagged images only. ' +
      '`varve plan --remove dangling` says what removing them frees. Look first whether it is all that its archive holds.',
    related: ['live', 'superseded', 'reclaimable'],
  },
  diffID: {
    also: ['diff ID'],
    meaning: 'The digest of a layer as a tar, before compression.',
    text:
      'The image config lists one for each layer. It stays the same however the layer is compressed, so it tells which ' +
      'layers are the same.',
    related: ['digest', 'layer', 'twin', 'chain ID'],
  },
  image: {
    also: [],
    meaning: 'One image config with its layers.',
    text:
      'Images are told apart by their ID, so an image in five archives is one image. An index with several platforms has ' +
      'one image for each.',
    related: ['image ID', 'index', 'layer', 'platform'],
  },
  'image ID': {
    also: ['imageID', 'ID'],
    meaning: 'The digest of the image config.',
    text:
      'It covers the config, and by the diffIDs in it all layers: another byte anywhere is another ID. Images in docker-v1 ' +
      'archives have a random name instead. Docker with the containerd store shows the digest of the manifest or index as ' +
      'ID; `varve ls --id manifest` does so too.',
    related: ['config', 'digest', 'manifest'],
  },
  index: {
    also: ['image index', 'manifest list'],
    meaning: 'A document that lists the manifests of one image for several platforms.',
    text: 'Its digest is what a registry shows for a tag of several platforms. An archive may hold only some of them.',
    related: ['manifest', 'platform'],
  },
  layer: {
    also: [],
    meaning: 'The files that one step of a build added, changed or deleted, as a tar.',
    text:
      'Layers lie one on the other. One layer is one diffID, in however many images and archives it lies. `varve layers` ' +
      'lists each once.',
    related: ['diffID', 'shared', 'twin', 'duplicate'],
  },
  layout: {
    also: ['OCI layout', 'OCI image layout', 'oci-layout'],
    meaning: 'A folder with `index.json`, `oci-layout` and every blob as a file named by its digest.',
    text: 'It is read as one archive. The same folder as a tar is an OCI archive.',
    related: ['archive', 'blob'],
  },
  live: {
    also: ['active', 'tagged'],
    meaning: 'An image that at least one tag stands for.',
    text: 'Neither untagged (dangling) nor replaced by a newer build (superseded). `varve df` calls it active.',
    related: ['dangling', 'superseded'],
  },
  'local tag': {
    also: ['bare tag'],
    meaning: 'A tag without a repository, such as a bare `1.4` in an OCI layout.',
    text:
      'It means something in its own archive only: the same word in two archives is no one name, and none of them replaces ' +
      'the other.',
    related: ['tag', 'reference'],
  },
  manifest: {
    also: ['image manifest'],
    meaning: 'The document that lists the config and the layers of an image as they are stored.',
    text:
      'It names them by the digests of their stored, mostly compressed bytes. Its digest is what stands behind the `@` of a ' +
      'name. One image can have several manifests, for differently compressed layers.',
    related: ['config', 'digest', 'index'],
  },
  platform: {
    also: ['architecture', 'os/arch'],
    meaning: 'The machine that an image is made for, as in `linux/amd64` or `linux/arm64/v8`.',
    text: 'A tag belongs to a platform: images for different platforms never replace each other.',
    related: ['index', 'superseded'],
  },
  reference: {
    also: ['REF', 'name', 'image name'],
    meaning: 'What an image is called: `name`, `name:tag` or `name@digest`.',
    text:
      'Completed as docker does it: `debian` is `docker.io/library/debian:latest`. Where Varve takes an image, an ID, the ' +
      'start of one, or the end of a name does as well, if only one image is meant.',
    related: ['tag', 'digest', 'image ID'],
  },
  referrer: {
    also: ['subject'],
    meaning: 'A manifest that names another one as its subject: an attestation, a signature, an SBOM.',
    text: 'It goes and stays with the image that it is about.',
    related: ['attestation', 'signature', 'artifact'],
  },
  signature: {
    also: ['cosign'],
    meaning: 'A document that somebody signed for an image.',
    text:
      'Varve lists signatures and never calls one valid: that takes a key, which is not here. It covers the digest of the ' +
      'manifest, so it is lost where layers are compressed anew.',
    related: ['attestation', 'referrer', 'twin'],
  },
  superseded: {
    also: ['replaced', 'older build', 'outdated'],
    meaning: 'An image whose every tag is carried by another one that is known to be newer.',
    text:
      'Known by the build times in the configs and by nothing else. As a class of bytes: needed only by ' +
      'images that a newer one replaces, one copy of it. It stands beside what is reclaimable, since someone may want the older build. ' +
      '`varve plan --remove superseded` says what removing them frees.',
    related: ['contested', 'dangling', 'live'],
  },
  tag: {
    also: [],
    meaning: 'The word behind the colon of a name, as in `app:1.4`.',
    text: 'It can be moved from one image to another, and often was: then several archives hold several images for it.',
    related: ['reference', 'contested', 'local tag', 'superseded'],
  },
} as const satisfies Readonly<Record<string, Word>>;
