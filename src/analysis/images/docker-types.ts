/**
 * The types by which docker's client knows an image that it inspects (its 29th version, API 1.57): fields in their order,
 * the names that they have in Go and in JSON, and which of them JSON leaves out where they are empty.
 */
import {
  boolType,
  embedded,
  field,
  int64Type,
  intType,
  listTypeOf,
  mapTypeOf,
  optional,
  pointerTypeTo,
  type StructType,
  stringType,
  structTypeOf,
} from '../../template/values/go-types.js';
import { durationType, timeType } from '../../template/values/named-types.js';

const texts = listTypeOf(stringType);
const textsByKey = mapTypeOf(stringType);
const marks = mapTypeOf(structTypeOf('struct {}', []));

const ociConfig = structTypeOf('v1.ImageConfig', [
  optional('User', stringType),
  optional('ExposedPorts', marks),
  optional('Env', texts),
  optional('Entrypoint', texts),
  optional('Cmd', texts),
  optional('Volumes', marks),
  optional('WorkingDir', stringType),
  optional('Labels', textsByKey),
  optional('StopSignal', stringType),
  optional('ArgsEscaped', boolType),
]);

const healthcheck = structTypeOf('v1.HealthcheckConfig', [
  optional('Test', texts),
  optional('Interval', durationType),
  optional('Timeout', durationType),
  optional('StartPeriod', durationType),
  optional('StartInterval', durationType),
  optional('Retries', intType),
]);

const dockerConfig = structTypeOf('v1.DockerOCIImageConfigExt', [
  optional('Healthcheck', pointerTypeTo(healthcheck)),
  optional('OnBuild', texts),
  optional('Shell', texts),
]);

/** The run configuration. */
export const configType = structTypeOf('v1.DockerOCIImageConfig', [
  embedded('ImageConfig', ociConfig),
  embedded('DockerOCIImageConfigExt', dockerConfig),
]);

/** The keys of the run configuration that docker knows, in its order. */
export const configKeys: readonly string[] = [ociConfig, dockerConfig].flatMap(({ fields }) =>
  fields.map(({ name }) => name),
);

const descriptor = structTypeOf('v1.Descriptor', [
  field('MediaType', stringType, 'mediaType'),
  field('Digest', stringType, 'digest'),
  field('Size', int64Type, 'size'),
]);
const driver = structTypeOf('storage.DriverData', [field('Data', textsByKey), field('Name', stringType)]);

/** Docker's answer, with nothing in it that is not docker's. */
export const inspectType: StructType = structTypeOf('image.InspectResponse', [
  field('ID', stringType, 'Id'),
  field('RepoTags', texts),
  field('RepoDigests', texts),
  optional('Comment', stringType),
  optional('Created', stringType),
  optional('Author', stringType),
  field('Config', pointerTypeTo(configType)),
  field('Architecture', stringType),
  optional('Variant', stringType),
  field('Os', stringType),
  optional('OsVersion', stringType),
  field('Size', { ...int64Type, keepsNull: true }),
  optional('GraphDriver', pointerTypeTo(driver)),
  field(
    'RootFS',
    structTypeOf('image.RootFS', [
      optional('Type', stringType),
      optional('Layers', listTypeOf({ ...stringType, keepsNull: true })),
    ]),
  ),
  field('Metadata', structTypeOf('image.Metadata', [field('LastTagTime', timeType)])),
  optional('Descriptor', pointerTypeTo(descriptor)),
  optional('Manifests', listTypeOf(structTypeOf('image.ManifestSummary', []))),
  optional('Identity', pointerTypeTo(structTypeOf('image.Identity', []))),
]);
