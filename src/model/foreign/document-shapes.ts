/**
 * The documents of archives as the structs that loaders decode them into: OCI image-spec v1.1 (Index, Manifest, Image,
 * ImageLayout), docker's save records, image config and v1 `json` (docker image spec v1, v1.2, and the fields of moby's
 * container.Config). A field that only some loaders know is here too: a value of another type in it makes those refuse
 * the document.
 */
import {
  bytes,
  flag,
  integer,
  type ListShape,
  listOf,
  mapOf,
  pointerTo,
  type StructShape,
  struct,
  text,
  texts,
  time,
} from '../json/json-shape.js';

const platform = struct({
  architecture: text,
  os: text,
  'os.version': text,
  'os.features': texts,
  variant: text,
  features: texts,
});

const descriptor = struct({
  mediaType: text,
  digest: text,
  size: integer,
  urls: texts,
  annotations: mapOf(text),
  data: bytes,
  platform: pointerTo(platform),
  artifactType: text,
});

/** A manifest and an index in one, so that no spelling hides that a document is both. */
export const manifestShape: StructShape = struct({
  schemaVersion: integer,
  mediaType: text,
  artifactType: text,
  config: descriptor,
  layers: listOf(descriptor),
  blobs: listOf(descriptor),
  manifests: listOf(descriptor),
  subject: pointerTo(descriptor),
  annotations: mapOf(text),
});

export const indexShape: StructShape = struct({
  schemaVersion: integer,
  mediaType: text,
  artifactType: text,
  manifests: listOf(descriptor),
  subject: pointerTo(descriptor),
  annotations: mapOf(text),
});

/** A list in the run configuration, which is kept as Go reads it: null is an empty text there. */
const runTexts: ListShape = { ...texts, takesNull: true };
const runArguments: ListShape = { ...runTexts, takesText: true };
const marks = mapOf(struct({}));

const runConfig = struct({
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: marks,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: runTexts,
  Cmd: runArguments,
  Healthcheck: pointerTo(
    struct({
      Test: runTexts,
      Interval: integer,
      Timeout: integer,
      StartPeriod: integer,
      StartInterval: integer,
      Retries: integer,
    }),
  ),
  ArgsEscaped: flag,
  Image: text,
  Volumes: marks,
  WorkingDir: text,
  Entrypoint: runArguments,
  NetworkDisabled: flag,
  MacAddress: text,
  OnBuild: runTexts,
  Labels: mapOf(text),
  StopSignal: text,
  StopTimeout: integer,
  Shell: runArguments,
});

const history = struct({ created: time, created_by: text, author: text, comment: text, empty_layer: flag });

/** What the config of an image and a v1 `json` have in common. */
const v1Fields = {
  id: text,
  parent: text,
  comment: text,
  created: time,
  container: text,
  container_config: runConfig,
  docker_version: text,
  author: text,
  config: pointerTo(runConfig),
  architecture: text,
  variant: text,
  os: text,
  Size: integer,
};

export const imageShape: StructShape = struct({
  ...v1Fields,
  'os.version': text,
  'os.features': texts,
  rootfs: pointerTo(struct({ type: text, diff_ids: texts })),
  history: listOf(history),
});

export const v1Shape: StructShape = struct(v1Fields);

const layerSource = struct({
  mediaType: text,
  digest: text,
  size: integer,
  urls: texts,
  annotations: mapOf(text),
  platform: pointerTo(platform),
});

export const saveManifestShape: ListShape = listOf({
  ...struct({ Config: text, RepoTags: texts, Layers: texts, Parent: text, LayerSources: mapOf(layerSource) }),
  // jib has `config`, `repoTags` and `layers`.
  isWrittenInAnyCase: true,
});

export const repositoriesShape = mapOf(mapOf(text));

export const layoutShape: StructShape = struct({ imageLayoutVersion: text });
