/** A policy file, from its text to its rules: each fault with its line and column, and hostile texts that stay cheap. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../../src/analysis/policy/policy-file.js';
import { ruleShapes } from '../../../src/analysis/policy/rules/rules.js';
import { VarveError } from '../../../src/model/error.js';
import { limits } from '../../../src/model/limits.js';
import { policyJsonSchema } from '../../../src/model/results/policy.js';
import { runs, sweep } from '../../helpers/sweep.js';

/** The message and code of the refusal; null where the text is taken. */
function refusalOf(text: string): { readonly code: string; readonly message: string } | null {
  try {
    parsePolicy(text, 'p.yml');
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(VarveError);
    const { code, message } = error as VarveError;
    return { code, message };
  }
}

function rulesOf(text: string) {
  return parsePolicy(text, 'p.yml').entries.map(({ rule, severity, images, compiled }) => [
    rule.name,
    compiled.expected,
    severity,
    images,
  ]);
}

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(policyJsonSchema(ruleShapes));

describe('a policy file', () => {
  it('has rules as bare values, as maps and as lists of maps', () => {
    const text = [
      'rules:',
      '  intact: true',
      '  max-total: 1000',
      '  forbidden-tags: {severity: warn}',
      '  allowed-registries: docker.io',
      '  max-layers:',
      '    - value: 20',
      "    - {value: 9, images: 'a/*', severity: warn}",
    ];
    expect(rulesOf(text.join('\n'))).toEqual([
      ['intact', 'no error', 'fail', []],
      ['max-total', 1000, 'fail', []],
      ['forbidden-tags', 'latest', 'warn', []],
      ['allowed-registries', 'docker.io', 'fail', []],
      ['max-layers', 20, 'fail', []],
      ['max-layers', 9, 'warn', ['a/*']],
    ]);
  });

  it('may be JSON, and may repeat an anchor', () => {
    expect(rulesOf('{"rules": {"max-reclaimable": "10%"}}')).toEqual([['max-reclaimable', 10, 'fail', []]]);
    expect(rulesOf('rules: {allowed-registries: &r [a.example], allowed-repositories: *r}')).toHaveLength(2);
  });

  it('of docs/ci is taken, and valid by the schema', () => {
    const text = readFileSync('docs/ci/policy.yml', 'utf8');
    expect(rulesOf(text).length).toBeGreaterThan(10);
    expect(validate(parse(text))).toBe(true);
  });
});

const faults: readonly (readonly [text: string, place: string, says: string])[] = [
  ['rules:\n  intact: true\n  max-totl: 10GB\n', '3:3', 'did you mean max-total?'],
  ['rules:\n  max-total: 10XB\n', '2:14', 'max-total takes a size'],
  ['rules:\n  max-total:\n    value: 10%\n', '3:12', 'not "10%"'],
  ['rules:\n  max-total: {value: 1GB, images: [a]}\n', '2:27', 'takes no images'],
  ['rules:\n  max-layers: [1]\n', '2:16', 'max-layers takes a whole number'],
  ['rules:\n  max-layers: 1.5\n', '2:15', 'max-layers takes a whole number'],
  ['rules:\n  max-layers:\n    - value: 20\n    - value: 30\n      severty: warn\n', '5:7', 'did you mean severity?'],
  ['rules:\n  max-layers: {value: 20, severity: error}\n', '2:37', 'severity takes fail or warn'],
  ['rules:\n  max-age: {value: 90d, images: ["a", "["]}\n', '2:39', 'images takes patterns'],
  ['rules:\n  max-age: 90\n', '2:12', 'max-age takes a duration'],
  ['rules:\n  forbidden-tags: [latest, 1.0]\n', '2:28', 'forbidden-tags takes patterns'],
  ['rules:\n  forbidden-tags: [latest, "[a"]\n', '2:28', 'not "[a"'],
  ['rules:\n  required-labels: ["=x"]\n', '2:21', 'required-labels takes labels'],
  ['rules:\n  required-platforms: [linux]\n', '2:24', 'required-platforms takes platforms'],
  ['rules:\n  allowed-layer-compression: lzma\n', '2:30', 'not "lzma"'],
  ['rules:\n  allowed-base-layers: [sha256:abcd]\n', '2:25', 'takes whole diffIDs'],
  ['rules:\n  max-total: {severity: warn}\n', '2:14', 'max-total takes a size'],
  ['rules:\n  max-total: 99999999999GB\n', '2:14', 'max-total takes a size'],
  ['rules:\n  intact: false\n', '2:11', 'write true behind it'],
  ['rules:\n  intact:\n', '2:10', 'write true behind it'],
  ['rules:\n  constructor: true\n', '2:3', 'unknown rule'],
  ['rules:\n  __proto__: true\n', '2:3', 'unknown rule'],
  ['rule:\n  intact: true\n', '1:1', 'unknown key "rule"'],
  ['strict: yes\nrules: {intact: true}\n', '1:9', 'strict takes true or false, not "yes"'],
  ['rules: {}\n', '1:8', 'at least one rule'],
  ['', '1:1', 'at least one rule'],
  ['- intact\n', '1:1', 'at least one rule'],
  ['rules:\n  intact: true\n  intact: true\n', '3:3', 'unique'],
  ['---\nrules: {intact: true}\n---\nrules: {}\n', '3:1', 'multiple documents'],
];

describe('a fault', () => {
  it.each(faults)('in %j is told with its place', (text, place, says) => {
    const refusal = refusalOf(text);
    expect(refusal?.code).toBe('usage');
    expect(refusal?.message.startsWith(`p.yml:${place}: `)).toBe(true);
    expect(refusal?.message).toContain(says);
  });

  it('is one to the JSON Schema as well, but for what no schema can say', () => {
    const parsable = faults.filter(([, , says]) => says !== 'unique' && says !== 'multiple documents');
    const missed = parsable.filter(([text]) => validate(parse(text)));
    // Beyond 9 PB.
    expect(missed.map(([text]) => text)).toEqual(['rules:\n  max-total: 99999999999GB\n']);
  });
});

describe('the JSON Schema', () => {
  const digits = '0123456789abcdef'.repeat(4);
  const texts: readonly string[] = [
    ...[
      '',
      ' ',
      '0',
      '1',
      '20',
      '1.5',
      '-1',
      '+1',
      '007',
      '1e3',
      '999999999999999',
      '1000000000000000',
      'latest',
      'true',
    ],
    ...[
      '10GB',
      '10 GiB',
      '1.5kb',
      '.5M',
      '5.',
      '5b',
      '5iB',
      '5 ib',
      '10XB',
      '10  GB',
      '10 GB ',
      'GB',
      '8P',
      '1K',
      '1Ki',
    ],
    ...[
      '10%',
      '10 %',
      '10.5%',
      '.5%',
      '%',
      '10%%',
      '1234567890%',
      '90d',
      '1h30m',
      '1.5h',
      '1.h',
      '.h',
      '.5d',
      '90',
      '-90d',
    ],
    ...[
      '90D',
      '1d 2h',
      '5µs',
      '5μs',
      '5us',
      '3ms',
      '00',
      'h',
      'a/*',
      '[',
      '[a]',
      '[]',
      '[]a]',
      '[^]',
      '[^a-z]',
      '[a-]',
    ],
    ...[
      '[-a]',
      '[a-b-c]',
      '[\\]]',
      '\\',
      'a\\',
      'a\\b',
      ']',
      '[a',
      '[😀-😁]',
      '*?',
      'k',
      'k=v',
      '=v',
      'k=',
      '==',
      'k=**\n',
    ],
    ...[
      'linux',
      'linux/amd64',
      'linux/arm64/v8',
      'linux/arm64/',
      'linux//v8',
      '/amd64',
      'windows(10.0)/amd64',
      'linux()/x',
    ],
    ...[
      'a/b/c/d',
      'linux/.x',
      'Linux/x-1',
      'linux /x',
      'none',
      'gzip',
      'lzma',
      'GZIP',
      digits,
      `sha256:${digits}`,
      'sha256:ab',
    ],
    ...[
      `sha512:${digits}${digits}`,
      `sha512:${digits}`,
      'md5:ab=',
      'MD5:ab',
      'a+b:c',
      ':c',
      'a:',
      `sha256:${digits.toUpperCase()}`,
    ],
  ];
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...texts) },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'[]^-\\a1.%dh/=:()*? ') }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1, -1, 1.5, 20, 10 ** 15 - 1, 10 ** 15, 2 ** 53, true, false, null) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...texts), { maxLength: 3 }) },
  );
  const setting = fc.record(
    { value, severity: fc.constantFrom('fail', 'warn', 'error'), images: value, vlaue: fc.constant(1) },
    { requiredKeys: [] },
  );
  const written = fc.oneof(value, setting, fc.array(setting, { maxLength: 2 }));

  it.each(ruleShapes.map(({ name }) => name))('judges every spelling of %s as the program does', (name) => {
    const differing = sweep(texts, 24).filter((text) => verdictsOf({ [name]: text }).length > 1);
    expect(differing).toEqual([]);
    fc.assert(
      fc.property(written, (value) => verdictsOf({ [name]: value }).length === 1),
      { numRuns: runs(300, 10) },
    );
  });

  it('judges the frame of a policy as the program does', () => {
    const documents = [
      {},
      { rules: {} },
      { strict: true },
      [],
      null,
      'rules',
      { rules: { nothing: true } },
      { rules: [] },
    ];
    const more = [
      { rules: { intact: true }, strict: 1 },
      { rules: { intact: true }, other: 1 },
    ];
    const refused = [...documents, ...more].map((document) => [
      validate(document),
      refusalOf(JSON.stringify(document)) === null,
    ]);
    expect(refused).toEqual(refused.map(() => [false, false]));
  });

  /** What schema and program say of these rules: one verdict where they agree. */
  function verdictsOf(rules: object): boolean[] {
    return [...new Set([validate({ rules }), refusalOf(JSON.stringify({ rules })) === null])];
  }
});

describe('a hostile text', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'.split('').map((key, i) => `${key}: &${key} [*${'abcdefghij'[i]}, *${'abcdefghij'[i]}]`),
  ];

  it.each([
    ['brackets without end', '['.repeat(limits.policyBytes - 1)],
    ['dashes without end', '- '.repeat(limits.policyBytes / 2 - 1)],
    ['brackets behind a quoted one', `["]]]]", ${'['.repeat(1000)}`],
    ['aliases of aliases', bomb.join('\n')],
    ['more bytes than a policy has', `#${' '.repeat(limits.policyBytes)}`],
    ['a tag of code', 'rules: !!js/function x'],
  ])('of %s is refused', (_, text) => {
    expect(refusalOf(text)?.code).toBe('usage');
  });

  it('of any kind is taken or refused with a place, and nothing else is thrown', () => {
    const words = fc.constantFrom(
      'rules:',
      ' ',
      '\n',
      '  ',
      'intact',
      ': ',
      'true',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '*a',
      '&a ',
      '"',
      '10%',
      '!',
      '|',
      '#',
      '?',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        const refusal = refusalOf(parts.join(''));
        expect(refusal === null || /^p\.yml:\d+:\d+: /.test(refusal.message)).toBe(true);
      }),
      { numRuns: runs(500, 100) },
    );
  });
});
