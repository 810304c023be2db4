/**
 * Documents as Go's decoder reads them: what a key that stands there twice comes to, which values refuse a document, and
 * that every other reading is remarked. What Go itself says of thousands of documents is in test/fuzz; this is each rule once.
 */
import { describe, expect, it } from 'vitest';
import type { Parsed } from '../../../src/model/foreign/documents.js';
import {
  parseImageConfig,
  parseIndex,
  parseManifestOrIndex,
  parseOciLayout,
  parseRepositories,
  parseSaveManifest,
} from '../../helpers/parsed-documents.js';

const codesOf = (parsed: Parsed<unknown>): string[] | string =>
  parsed.ok ? parsed.remarks.map(({ code }) => code) : parsed.problem;
const readAs = <T>(parsed: Parsed<T>): T | null => (parsed.ok ? parsed.value : null);
const runOf = (text: string): unknown => readAs(parseImageConfig(`{"config": ${text}}`))?.config;
const descriptor = (members: string): string => `{"digest": "x", "size": 1, ${members}}`;

describe('a key that stands there twice', () => {
  it('is merged where it holds an object', () => {
    const parsed = parseImageConfig(
      '{"config": {"Env": ["API_TOKEN=hunter2"], "User": "0"}, "config": {"User": "1000"}}',
    );
    expect(readAs(parsed)?.config).toEqual({ Env: ['API_TOKEN=hunter2'], User: '1000' });
    expect(parsed).toMatchObject({
      remarks: [
        { code: 'key-ambiguous', expected: '{"Env":["API_TOKEN=…"],"User":"1000"}', actual: '{"User":"1000"}' },
      ],
    });
  });

  it('is merged where it holds a map', () => {
    const parsed = parseIndex(
      `{"manifests": [${descriptor('"annotations": {"a": "1", "b": "2"}, "annotations": {"a": "3"}')}]}`,
    );
    expect([...(readAs(parsed)?.manifests?.[0]?.annotations ?? [])]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ]);
    expect(codesOf(parsed)).toEqual(['key-ambiguous']);
  });

  it('keeps of the elements of a list what the later ones do not say', () => {
    const text = '{"layers": [{"digest": "x", "size": 1, "mediaType": "m"}], "layers": [{"digest": "y", "size": 2}]}';
    expect(readAs(parseManifestOrIndex(text))).toEqual({
      kind: 'manifest',
      document: { layers: [{ digest: 'y', size: 2, mediaType: 'm' }] },
    });
  });

  it('keeps elements beyond the end of a shorter list for a longer one that follows', () => {
    const first = '{"digest": "a", "size": 1}, {"digest": "b", "size": 1, "mediaType": "m"}';
    const again = '{"digest": "c", "size": 1}';
    const third = `${again}, {"digest": "d", "size": 2}`;
    const layersOf = (...lists: string[]): unknown => {
      const read = readAs(parseManifestOrIndex(`{${lists.map((list) => `"layers": [${list}]`).join(', ')}}`));
      return read?.document;
    };
    expect(layersOf(first, again, third)).toMatchObject({ layers: [{ digest: 'c' }, { digest: 'd', mediaType: 'm' }] });
    expect(layersOf(first, '', third)).toEqual({
      layers: [
        { digest: 'c', size: 1 },
        { digest: 'd', size: 2 },
      ],
    });
  });

  it.each([
    ['{"User": "0", "User": "1000"}', { User: '1000' }],
    ['{"User": "0", "User": null}', { User: '0' }],
    ['{"User": "0", "user": "1000"}', { User: '1000' }],
    ['{"user": "1000", "User": "0"}', { User: '0' }],
    ['{"Env": ["A=b"], "Env": null}', { Env: null }],
    ['{"Env": ["A=b", "C=d"], "Env": ["E=f"]}', { Env: ['E=f'] }],
    ['{"Labels": {"a": "1", "a": "2"}}', { Labels: { a: '2' } }],
  ])('is ambiguous where readers take different values: %s', (text, read) => {
    expect(runOf(text)).toEqual(read);
    expect(codesOf(parseImageConfig(`{"config": ${text}}`))).toEqual(['key-ambiguous']);
  });

  it.each([
    '{"User": "1000", "User": "1000"}',
    '{"User": "1000", "user": "1000"}',
    '{"Env": ["A=b"], "Env": ["A=b"]}',
    '{"Labels": {"a": "1", "a": "1"}}',
    '{"Healthcheck": {"Test": []}, "Healthcheck": {"Test": []}}',
    '{"Unknown": 1, "Unknown": 2}',
  ])('is a hint where all readers read the same: %s', (text) => {
    expect(codesOf(parseImageConfig(`{"config": ${text}}`))).toEqual(['key-repeated']);
  });

  it('is found under an escape in one of the spellings', () => {
    expect(codesOf(parseImageConfig('{"os": "linux", "\\u006fs": "windows"}'))).toEqual(['key-ambiguous']);
  });

  it('is found beside a text that begins with a colon, and behind escaped quotes', () => {
    expect(codesOf(parseImageConfig('{"author": ":x", "os": "a", "os": "b"}'))).toEqual(['key-ambiguous']);
    expect(codesOf(parseImageConfig('{"author": "\\\\", "os": "a", "os" : "b"}'))).toEqual(['key-ambiguous']);
    expect(codesOf(parseImageConfig('{"author": "{\\"os\\": \\"a\\", \\"os\\": 1}", "os": ":"}'))).toEqual([]);
  });

  it('has no place in what no loader reads', () => {
    expect(codesOf(parseImageConfig('{"x": {"a": 1, "a": 2}}'))).toEqual([]);
  });

  it('refuses the document where there are more than any writer makes', () => {
    const keys = (count: number): string => `{${Array.from({ length: count }, () => '"os": "a"').join(', ')}}`;
    expect(codesOf(parseImageConfig(keys(33)))).toEqual(['key-repeated']);
    expect(codesOf(parseImageConfig(keys(34)))).toContain('33 keys stand there again');
  });

  it('costs no more than its bytes where a large document repeats what it can', () => {
    const layers = `[${Array.from({ length: 4_000 }, () => '{"digest": "x", "size": 1}').join(', ')}]`;
    const text = `{${Array.from({ length: 33 }, () => `"layers": ${layers}`).join(', ')}}`;
    expect(codesOf(parseManifestOrIndex(text))).toEqual(['key-repeated']);
  });
});

describe('a key that looks like one of the format', () => {
  it.each(['conf\u0131g', 'CONF\u0130G', '\uff43onfig'])('is none to Go, and is told: %s', (key) => {
    const parsed = parseImageConfig(`{"os": "linux", "${key}": {"User": "1000"}}`);
    expect(readAs(parsed)).toEqual({ os: 'linux' });
    expect(parsed).toMatchObject({ remarks: [{ code: 'readers-disagree', expected: 'config', actual: key }] });
  });

  it('is not told where it looks like none', () => {
    expect(codesOf(parseImageConfig('{"größe": 1, "配置": {}, "é": 1}'))).toEqual([]);
  });
});

describe('a value of another type than its field', () => {
  it.each([
    [parseManifestOrIndex, '{"layers": [], "schemaVersion": "2"}', 'schemaVersion'],
    [parseManifestOrIndex, '{"layers": [], "schemaVersion": 2.0}', 'schemaVersion'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 414.0}]}', 'layers.0.size'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 4e2}]}', 'layers.0.size'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 9223372036854775808}]}', 'layers.0.size'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 1, "urls": "u"}]}', 'layers.0.urls'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 1, "data": "e30"}]}', 'layers.0.data'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 1, "data": "e3_="}]}', 'layers.0.data'],
    [parseImageConfig, '{"config": {"User": 0}}', 'config.User'],
    [parseImageConfig, '{"config": {"Env": {"A": "b"}}}', 'config.Env'],
    [parseImageConfig, '{"config": {"Env": [1]}}', 'config.Env.0'],
    [parseImageConfig, '{"config": {"Volumes": {"/a": ""}}}', 'config.Volumes./a'],
    [parseImageConfig, '{"config": {"Healthcheck": {"Interval": 1.5e9}}}', 'config.Healthcheck.Interval'],
    [parseImageConfig, '{"config": {"Labels": {"a": true}}}', 'config.Labels.a'],
    [parseImageConfig, '{"created": ""}', 'created'],
    [parseImageConfig, '{"created": "2024-02-30T00:00:00Z"}', 'created'],
    [parseImageConfig, '{"created": "2024-01-01T00:00:00\\u005a"}', 'created'],
    [parseImageConfig, '{"created": "2024-01-01T00:00:00\\u005a", "created": "2024-01-01T00:00:00Z"}', 'created'],
    [parseImageConfig, '{"created": 1704067200}', 'created'],
    [parseImageConfig, '{"history": [{"empty_layer": "true"}]}', 'history.0.empty_layer'],
    [parseSaveManifest, '[{"Config": "c", "Parent": 1}]', '0.Parent'],
  ] as const)('refuses the document, as Go does: %#', (parse, text, place) => {
    expect(codesOf(parse(text))).toContain(`wrong shape at ${place}: `);
  });

  it.each([
    [parseImageConfig, '{"created": "2024-02-29T23:59:59.123456789+14:00", "history": [{"created": null}]}'],
    [parseImageConfig, '{"created": "0001-01-01T00:00:00Z", "config": {"StopTimeout": 10, "Volumes": {"/a": null}}}'],
    [parseImageConfig, '{"config": {"Healthcheck": {"Interval": 9223372036854775807, "Retries": -0}}}'],
    [parseManifestOrIndex, '{"layers": [{"digest": "x", "size": 1, "data": "e30=\\n"}]}'],
    [parseManifestOrIndex, '{"schemaVersion": 2, "layers": [], "config": null}'],
  ] as const)('is none in a document that Go takes: %#', (parse, text) => {
    expect(codesOf(parse(text))).toEqual([]);
  });

  it('is a text for a list of arguments to docker alone', () => {
    expect(runOf('{"Cmd": "sh"}')).toEqual({ Cmd: ['sh'] });
    expect(codesOf(parseImageConfig('{"config": {"Cmd": "sh", "Entrypoint": []}}'))).toEqual(['readers-disagree']);
  });
});

describe('null', () => {
  it('is an empty text in the lists and maps of the run configuration', () => {
    expect(runOf('{"Env": [null, "A=b"], "Labels": {"a": null}, "Cmd": null, "User": null}')).toEqual({
      Env: ['', 'A=b'],
      Labels: { a: '' },
      Cmd: null,
      User: null,
    });
  });
});

describe('what stands behind the first value', () => {
  it.each([
    [parseSaveManifest, '[{"Config": "c"}] [{"Config": "d"}]'],
    [parseIndex, '{"manifests": []}\u0000'],
    [parseOciLayout, '{"imageLayoutVersion": "1.0.0"}}'],
    [parseRepositories, '{} x'],
  ])('is left, as loaders leave it, and told: %#', (parse, text) => {
    expect(codesOf(parse(text))).toEqual(['readers-disagree']);
  });

  it.each(['\n', ' \r\n\t'])('may be white space: %j', (end) => {
    expect(codesOf(parseIndex(`{"manifests": []}${end}`))).toEqual([]);
  });

  it('makes the documents that loaders read as a whole invalid', () => {
    expect(codesOf(parseImageConfig('{} x'))).toMatch(/^no JSON: /);
    expect(codesOf(parseManifestOrIndex('{"layers": []} {}'))).toMatch(/^no JSON: /);
  });
});

describe('half a surrogate pair', () => {
  it('is U+FFFD to Go, in values and in keys of maps, and told', () => {
    const parsed = parseImageConfig('{"config": {"User": "\\ud800", "Labels": {"\\udc00": "1", "\\udc01": "2"}}}');
    expect(readAs(parsed)?.config).toEqual({ User: '\ufffd', Labels: { '\ufffd': '2' } });
    expect(codesOf(parsed)).toEqual(['key-ambiguous', 'readers-disagree']);
  });

  it('is none where both halves are there', () => {
    expect(codesOf(parseImageConfig('{"author": "\\ud83d\\ude00"}'))).toEqual([]);
  });
});

describe('a remark', () => {
  it('shows no value of a variable', () => {
    const parsed = parseImageConfig('{"config": {"Env": ["A=s3cret"], "Env": ["A=s3cret", "B=s3cret"]}}');
    const remarks = JSON.stringify(parsed.ok ? parsed.remarks : parsed.problem);
    expect(remarks).toContain('A=…');
    expect(remarks).not.toContain('s3cret');
  });

  it('is bounded however long the readings are', () => {
    const parsed = parseImageConfig(`{"os": "${'a'.repeat(100_000)}", "os": "b"}`);
    expect(JSON.stringify(parsed.ok && parsed.remarks).length).toBeLessThan(2_000);
  });
});
