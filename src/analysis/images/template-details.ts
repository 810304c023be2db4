/**
 * The details of an image as docker evaluates a template over them: first over its typed struct, where a missing label is
 * `<no value>` and a duration prints as `30s`, and where that fails over the JSON as maps, where a missing key is an error
 * and a number is what is written. `Varve` stands in both, beside docker's fields.
 */
import {
  anyType,
  embedded,
  field,
  structTypeOf,
  Typed,
  typed,
  withJsonNumbers,
} from '../../template/values/go-types.js';
import { plainData } from '../../template/values/struct-json.js';
import { configKeys, configType, inspectType } from './docker-types.js';
import type { ImageDetails } from './image-details.js';

/** One image, in the two forms in which templates see it. */
export interface TemplateDetails {
  readonly struct: unknown;
  readonly document: unknown;
}

const resultType = structTypeOf('client.ImageInspectResult', [
  embedded('InspectResponse', inspectType),
  field('Varve', anyType),
]);

export function templateDetails(details: ImageDetails): TemplateDetails {
  const { Config, Created, Varve } = details;
  // docker has a run configuration for every image, an empty one if need be.
  const config = Config ?? {};
  const answer = asAnswered({
    ...details,
    ...(Created === undefined ? {} : { Created: goTime(Created) }),
    Config: config,
  });
  return {
    struct: typed(resultType, { ...answer, Varve: closed(Varve) }),
    document: withJsonNumbers({ ...answer, Parent: details.Parent, Config: rewritten(config), Varve }),
  };
}

/** What docker's client reads: the engine writes JSON first, in which what is empty is left out, so an empty list is nil. */
function asAnswered(details: object): object {
  return plainData(typed(inspectType, details)) as object;
}

/** Objects as structs, of which no field can be named that they do not have. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const type = structTypeOf(
    'varve.Details',
    entries.map(([key]) => field(key, anyType)),
  );
  return new Typed(type, Object.fromEntries(entries.map(([key, item]) => [key, closed(item)])));
}

/** Docker's keys as docker writes them, without those that are empty, and behind them what docker does not know. */
function rewritten(config: Readonly<Record<string, unknown>>): object {
  const known = plainData(typed(configType, config)) as object;
  return { ...known, ...Object.fromEntries(Object.entries(config).filter(([key]) => !configKeys.includes(key))) };
}

/** A time as Go writes it: no zeros at the end of a fraction, `Z` for no offset. */
function goTime(text: string): string {
  const [, time = '', fraction = '', zone = ''] = /^([\d-]+T[\d:]+)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
  if (time === '') return text;
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  return `${time}${digits === '' ? '' : `.${digits}`}${/^[+-]00:00$/.test(zone) ? 'Z' : zone}`;
}
