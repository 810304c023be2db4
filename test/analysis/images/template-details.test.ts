/** The two forms of an image that a template sees: docker's struct with docker's types, and the JSON of it. */
import { describe, expect, it } from 'vitest';
import { imageDetails } from '../../../src/analysis/images/image-details.js';
import { type TemplateDetails, templateDetails } from '../../../src/analysis/images/template-details.js';
import { imageSet } from '../../../src/analysis/set/image-set.js';
import { parseExactJson } from '../../../src/model/json/exact-json.js';
import { textHasher } from '../../../src/scan/hash-text.js';
import type { MissingKey } from '../../../src/template/evaluator.js';
import { parseTemplate } from '../../../src/template/template.js';
import { ArchiveDraft, type ImageFacts, inventoryOf } from '../../helpers/inventory-builder.js';

function formsOf(facts: ImageFacts): TemplateDetails {
  const archive = new ArchiveDraft('a.tar');
  archive.image('app', facts);
  const inventory = inventoryOf([archive]);
  const set = imageSet(inventory);
  const [details] = imageDetails(set.images, { inventory, set, sha256: textHasher(), contents: null });
  if (details === undefined) throw new RangeError('there is no image');
  return templateDetails(details);
}

function print(template: string, data: unknown, missingKey: MissingKey = 'default'): string {
  return parseTemplate(template, { missingKey }).execute(data);
}

describe('the struct of an image', () => {
  it.each([
    ['{{.Config.Labels.nothing}}', '<no value>'],
    ['[{{index .Config.Labels "nothing"}}]', '[]'],
    ['{{.Config.Healthcheck.Interval}}', '30s'],
    ['{{json .Config.Healthcheck}}', '{"Interval":30000000000}'],
    ['{{.Config.Volumes}}', 'map[/data:{}]'],
    ['{{json .Config.Env}} {{json .Config.OnBuild}} {{json .RepoTags}}', 'null null []'],
    ['{{json .Config}}', '{"Volumes":{"/data":{}},"Labels":{"a":"b"},"Healthcheck":{"Interval":30000000000}}'],
  ])('prints %s as docker does', (template, expected) => {
    const config = { Labels: { a: 'b' }, Healthcheck: { Interval: 3e10 }, Volumes: { '/data': {} }, OnBuild: [] };
    expect(print(template, formsOf({ config }).struct)).toBe(expected);
  });

  it('has a run configuration where the image has none, and no field that is made up', () => {
    expect(print('{{json .Config}} {{json .Config.Cmd}}', formsOf({}).struct)).toBe('{} null');
  });

  it.each([['{{.Config.Nope}}'], ['{{.Nope}}'], ['{{.Varve.nope}}'], ['{{.Id}}'], ['{{.Config.Healthcheck.Test}}']])(
    'refuses %s',
    (template) => {
      expect(() => print(template, formsOf({ config: {} }).struct)).toThrow(/field/);
    },
  );

  it('shows what is of another type than docker takes as the image config has it', () => {
    const config = { User: 5, Env: 'A=b', Labels: ['x'] };
    expect(print('{{json .Config}}', formsOf({ config }).struct)).toBe('{"User":5,"Env":"A=b","Labels":["x"]}');
  });
});

describe('the time of an image', () => {
  it.each([
    ['2024-05-01T10:20:30Z', '2024-05-01T10:20:30Z'],
    ['2024-05-01T10:20:30.120Z', '2024-05-01T10:20:30.12Z'],
    ['2024-05-01T10:20:30.000+00:00', '2024-05-01T10:20:30Z'],
    ['2024-05-01T10:20:30.1234567899-05:30', '2024-05-01T10:20:30.123456789-05:30'],
    ['yesterday', 'yesterday'],
  ])('%s is written as Go writes it', (createdAt, expected) => {
    expect(print('{{.Created}}', formsOf({ createdAt }).struct)).toBe(expected);
  });
});

describe('the JSON of an image', () => {
  it("has docker's keys without those that are empty, and then those that docker does not know", () => {
    const { document } = formsOf({ config: { Hostname: 'h', Env: null, Labels: {}, Cmd: ['a'] } });
    expect(print('{{json .Config}}', document)).toBe('{"Cmd":["a"],"Hostname":"h"}');
    expect(() => print('{{.Config.Env}}', document, 'error')).toThrow(/no such field/);
  });

  it('has numbers as they are written', () => {
    const config = parseExactJson('{"Later":12345678901234567890}') as ImageFacts['config'];
    const { document } = formsOf({ config: config ?? null });
    expect(print('{{.Config.Later}} {{json .Config.Later}} {{printf "%T" .Size}}', document)).toBe(
      '12345678901234567890 12345678901234567890 json.Number',
    );
  });
});
