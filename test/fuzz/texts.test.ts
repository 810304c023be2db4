/** Texts that a user or an archive gives: a parser returns a value that means the same when written again, or refuses. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tryParseDigest } from '../../src/model/digest.js';
import { VarveError } from '../../src/model/error.js';
import { formatPlatform, parsePlatform } from '../../src/model/platform.js';
import { classifyTag, familiarReference, formatReference, parseReference } from '../../src/model/reference.js';
import { parseFilters } from '../../src/query/filters.js';
import { parseTemplate } from '../../src/template/template.js';
import { TemplateError } from '../../src/template/template-error.js';
import { fuzz, outcome, timeout } from './budget.js';
import { mutatedText } from './mutations.js';

const isRefusal = (error: unknown): boolean => error instanceof VarveError;

const references = mutatedText([
  'debian',
  'docker.io/library/debian:12',
  'localhost:5000/a/b:c',
  `registry.example/x@sha256:${'a'.repeat(64)}`,
  'a__b/c--d.e:F_1',
  '[::1]:80/x',
  `a:b@sha512:${'0'.repeat(128)}`,
]);

it('a reference is refused, or read and written without a change', { timeout }, () =>
  fuzz('references', 20_000, references, (text) => {
    const read = outcome(() => parseReference(text), isRefusal);
    const written = 'value' in read ? formatReference(read.value) : null;
    const again = written === null ? null : formatReference(parseReference(written));
    const familiar = 'value' in read ? familiarReference(read.value) : null;
    expect(again).toBe(written);
    // docker's own short names are lossy where a path on Docker Hub starts as a domain does, or is an image ID.
    const isLossy = familiar === null || /^[^/]*[.:][^/]*\/|^localhost\/|^[0-9a-f]{64}(?:[:@]|$)/.test(familiar);
    expect(isLossy || formatReference(parseReference(familiar)) === written).toBe(true);
    expect(['reference', 'local']).toContain(classifyTag(text).kind);
  }),
);

it('a platform is refused, or read and written without a change', { timeout }, () =>
  fuzz(
    'platforms',
    10_000,
    mutatedText(['linux/amd64', 'linux/arm/v7', 'windows/amd64', 'linux/arm64/v8', 'Linux/x86_64']),
    (text) => {
      const read = outcome(() => parsePlatform(text), isRefusal);
      const written = 'value' in read ? formatPlatform(read.value) : null;
      expect(written === null ? null : formatPlatform(parsePlatform(written))).toBe(written);
    },
  ),
);

it('a digest is the text that it was read from', { timeout }, () =>
  fuzz(
    'digests',
    10_000,
    mutatedText([`sha256:${'a'.repeat(64)}`, `sha512:${'0'.repeat(128)}`, 'sha256:ABC']),
    (text) => {
      expect([null, text]).toContain(tryParseDigest(text));
    },
  ),
);

const filters = mutatedText([
  'dangling=true',
  'before=debian:12',
  'until=24h30m',
  'until=2024-01-02T03:04:05Z',
  'label=a=b',
  'reference=*/[a-z]?:1*',
  'min-size=1.5GB',
  'platform=linux/arm64',
  'archive=**/*.tar',
  `layer=sha256:${'1'.repeat(64)}`,
  'reference!=x',
  'label!=y',
]);

it('a filter is read or refused', { timeout }, () =>
  fuzz('filters', 20_000, filters, (text) => {
    const read = outcome(() => parseFilters([text]), isRefusal);
    expect('value' in read ? read.value.conditions.length : 1).toBe(1);
  }),
);

const templates = mutatedText([
  '{{.ID}}\t{{.Repository}}',
  '{{range $i, $x := .L}}{{if eq $i 1}}{{$x}}{{else}}-{{end}}{{end}}',
  '{{json .}}',
  '{{with .M}}{{index . "a" | printf "%-10q|%5.2f"}}{{end}}',
  '{{define "t"}}{{.}}{{end}}{{template "t" .ID}}',
  '{{- /* c */ -}} {{slice .ID 1 3 | upper | pad 1 2}}',
  'table {{.ID}}',
  '{{len (split .ID ":")}} {{ge 1 2 | not}}',
]);
const data = { ID: 'sha256:abc', Repository: 'x', L: [1, 'b', null], M: { a: 1.5, __proto__: null }, N: 12n, E: {} };

it('a template is executed or refused with a place', { timeout }, () =>
  fuzz('templates', 12_000, templates, (text) => {
    const done = outcome(
      () => parseTemplate(text).execute(data),
      (error) => error instanceof TemplateError,
    );
    const result = 'value' in done ? done.value : (done.error as TemplateError).place.column;
    expect(typeof result === 'string' || result >= 1).toBe(true);
  }),
);

it('a name that is too long is refused, not read in part', { timeout }, () =>
  fuzz('long names', 500, fc.integer({ min: 1, max: 9000 }), (length) => {
    const read = outcome(() => parseReference('a'.repeat(length)), isRefusal);
    expect('value' in read).toBe(length <= 255 - 'library/'.length && length !== 64);
  }),
);
