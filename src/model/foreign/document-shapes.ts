/**
 * The documents of archives as the structs that loaders decode them into: OCI image-spec v1.1 (Index, Manifest, Image,
 * ImageLayout), docker's save records, image config and v1 `json` (docker image spec v1, v1.2, and the fields of moby's
 * container.Config). A field that only some loaders know is here too: a value of another type in it makes those refuse
 * the document.
 */
import {
  bytesShape,
  flagShape,
  integerShape,
  type ListShape,
  listOf,
  mapOf,
  pointerTo,
  type StructShape,
  struct,
  textShape,
  textsShape,
  timeShape,
} from '../json/json-shape.js';

const platform = struct({
  architecture: textShape,
  os: textShape,
  'os.version': textShape,
  'os.features': textsShape,
  variant: textShape,
  features: textsShape,
});

const descriptor = struct({
  mediaType: textShape,
  digest: textShape,
  size: integerShape,
  urls: textsShape,
  annotations: mapOf(textShape),
  data: bytesShape,
  platform: pointerTo(platform),
  artifactType: textShape,
});

/** A manifest and an index in one, so that no spelling hides that a document is both. */
export const manifestShape: StructShape = struct({
  schemaVersion: integerShape,
  mediaType: textShape,
  artifactType: textShape,
  config: descriptor,
  layers: listOf(descriptor),
  blobs: listOf(descriptor),
  manifests: listOf(descriptor),
  subject: pointerTo(descriptor),
  annotations: mapOf(textShape),
});

export const indexShape: StructShape = struct({
  schemaVersion: integerShape,
  mediaType: textShape,
  artifactType: textShape,
  manifests: listOf(descriptor),
  subject: pointerTo(descriptor),
  annotations: mapOf(textShape),
});

/** A list in the run configuration, which is kept as Go reads it: null is an empty text there. */
const runTexts: ListShape = { ...textsShape, takesNull: true };
const runArguments: ListShape = { ...runTexts, takesText: true };
const marks = mapOf(struct({}));

const runConfig = struct({
  Hostname: textShape,
  Domainname: textShape,
  User: textShape,
  AttachStdin: flagShape,
  AttachStdout: flagShape,
  AttachStderr: flagShape,
  ExposedPorts: marks,
  Tty: flagShape,
  OpenStdin: flagShape,
  StdinOnce: flagShape,
  Env: runTexts,
  Cmd: runArguments,
  Healthcheck: pointerTo(
    struct({
      Test: runTexts,
      Interval: integerShape,
      Timeout: integerShape,
      StartPeriod: integerShape,
      StartInterval: integerShape,
      Retries: integerShape,
    }),
  ),
  ArgsEscaped: flagShape,
  Image: textShape,
  Volumes: marks,
  WorkingDir: textShape,
  Entrypoint: runArguments,
  NetworkDisabled: flagShape,
  MacAddress: textShape,
  OnBuild: runTexts,
  Labels: mapOf(textShape),
  StopSignal: textShape,
  StopTimeout: integerShape,
  Shell: runArguments,
});

const history = struct({
  created: timeShape,
  created_by: textShape,
  author: textShape,
  comment: textShape,
  empty_layer: flagShape,
});

/** What the config of an image and a v1 `json` have in common. */
const v1Fields = {
  id: textShape,
  parent: textShape,
  comment: textShape,
  created: timeShape,
  container: textShape,
  container_config: runConfig,
  docker_version: textShape,
  author: textShape,
  config: pointerTo(runConfig),
  architecture: textShape,
  variant: textShape,
  os: textShape,
  Size: integerShape,
};

export const imageShape: StructShape = struct({
  ...v1Fields,
  'os.version': textShape,
  'os.features': textsShape,
  rootfs: pointerTo(struct({ type: textShape, diff_ids: textsShape })),
  history: listOf(history),
});

export const v1Shape: StructShape = struct(v1Fields);

const layerSource = struct({
  mediaType: textShape,
  digest: textShape,
  size: integerShape,
  urls: textsShape,
  annotations: mapOf(textShape),
  platform: pointerTo(platform),
});

export const saveManifestShape: ListShape = listOf({
  ...struct({
    Config: textShape,
    RepoTags: textsShape,
    Layers: textsShape,
    Parent: textShape,
    LayerSources: mapOf(layerSource),
  }),
  // jib has `config`, `repoTags` and `layers`.
  isWrittenInAnyCase: true,
});

export const repositoriesShape = mapOf(mapOf(textShape));

export const layoutShape: StructShape = struct({ imageLayoutVersion: textShape });
