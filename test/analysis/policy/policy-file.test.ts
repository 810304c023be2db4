/** A policy file, from its text to its rules: each fault with its line and column, and hostile texts that stay cheap. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePolicy } from '../../../src/analysis/policy/policy-file.js';
import { ruleShapes } from '../../../src/analysis/policy/rules.js';
import { VarveError } from '../../../src/model/error.js';
import { limits } from '../../../src/model/limits.js';
import { policyJsonSchema } from '../../../src/model/policy.js';

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

  it('is the same to the JSON Schema, as far as it goes: what the schema refuses, the program refuses', () => {
    const parsable = faults.filter(([, , says]) => says !== 'unique' && says !== 'multiple documents');
    const missed = parsable.filter(([text]) => !validate(parse(text)) && refusalOf(text) === null);
    expect(missed).toEqual([]);
  });
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
      { numRuns: 500 },
    );
  });
});
