/**
 * docs/json.md names every field, and what the commands print is what their schemas say. The validator (ajv) knows
 * nothing of the code that made the schemas.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentKinds, innerKinds } from '../../src/model/results/json-schema.js';
import { type Ended, varve } from '../cli/console.js';
import { inTemporaryFolder, temporaryFolder } from '../helpers/temporary-folder.js';
import { startRegistry } from '../remote/servers/registry-server.js';
import { fencesOf, readPage, rowsOf, sectionOf } from './page.js';

const page = readPage('docs/json.md');

const { at } = temporaryFolder();
const deltaFile = at('delta.tar');
const registry = await startRegistry();
const shopApi = `${registry.host}/shop/api:1.0`;

beforeAll(async () => {
  await varve(['delta', 'samples', '--have', 'samples', '--keep-going', '-o', deltaFile]);
  await varve(['push', 'shop/api:1.0', `docker://${shopApi}`, '--from', 'samples', '-q']);
});

afterAll(() => registry.close());

const printedBy: Readonly<Record<(typeof documentKinds)[number], readonly string[]>> = {
  'varve.inventory': ['scan', 'samples'],
  'varve.report': ['report', 'samples', '--format', 'json'],
  'varve.verification': ['verify', 'samples', '--format', 'json'],
  'varve.check': ['check', 'samples', '--format', 'json'],
  'varve.images': ['ls', 'samples', '--format', 'json'],
  'varve.history': ['history', 'samples', '--format', 'json'],
  'varve.tree': ['tree', 'samples', '--format', 'json'],
  'varve.search': ['search', 'shop', 'samples', '--format', 'json'],
  'varve.layers': ['layers', 'samples', '--format', 'json'],
  'varve.diff': ['diff', 'samples', 'samples', '--format', 'json'],
  'varve.df': ['df', 'samples', '--format', 'json'],
  'varve.plan': ['plan', 'samples', '--remove', 'superseded', '--format', 'json'],
  'varve.pack': ['pack', 'samples', '--dry-run', '--keep-going', '--format', 'json'],
  'varve.parts': ['pack', 'samples', '--keep-going', '-o', 'all.tar', '--split', '100kB'],
  'varve.delta': ['delta', 'samples', '--have', 'samples', '--dry-run', '--keep-going', '--format', 'json'],
  'varve.apply': ['apply', deltaFile, '--from', 'samples', '--dry-run', '--format', 'json'],
  'varve.digest-map': ['pack', 'samples', '--keep-going', '--unify', '-o', 'all.tar', '--map', 'digests.json'],
  'varve.repair': ['repair', 'samples', '--from', 'samples', '--dry-run', '--format', 'json'],
  'varve.explanation': ['explain', '--format', 'json'],
  'varve.load': ['load', 'samples', '--format', 'json'],
  'varve.pull': ['pull', shopApi, '--format', 'json'],
  'varve.push': ['push', 'shop/api:1.0', `docker://${shopApi}`, '--from', 'samples', '--format', 'json'],
  'varve.removal': ['prune', '--yes', '--format', 'json'],
  'varve.fsck': ['fsck', '--format', 'json'],
  'varve.info': ['info', '--format', 'json'],
  'varve.bench': ['bench', '--time', '1', '--format', 'json'],
};

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** What each call printed: the same is printed again, and each call takes a while. */
const printed = new Map<string, Promise<Ended>>();

function print(argv: readonly string[]): Promise<Ended> {
  const key = argv.join(' ');
  const earlier = printed.get(key) ?? varve(argv, { env: { VARVE_STORE: at('store') } });
  printed.set(key, earlier);
  return earlier;
}

async function schemaOf(kind: string): Promise<Schema> {
  const { code, stdout } = await print(['schema', kind]);
  expect(code).toBe(0);
  return JSON.parse(stdout) as Schema;
}

async function documentOf(argv: readonly string[]): Promise<Record<string, unknown>> {
  if (argv.includes('--split')) return writtenDocument(argv, 'all.tar.split.json');
  if (argv.includes('--map')) return writtenDocument(argv, 'digests.json');
  return JSON.parse((await print(argv)).stdout) as Record<string, unknown>;
}

/** What lies beside a pack. */
function writtenDocument(argv: readonly string[], name: string): Promise<Record<string, unknown>> {
  return inTemporaryFolder(async ({ at }) => {
    await varve(argv.map((word) => (word === 'all.tar' || word === name ? at(word) : word)));
    return JSON.parse(readFileSync(at(name), 'utf8')) as Record<string, unknown>;
  });
}

/** Every name of a field in a schema, at any depth. */
function fieldsOf({ properties = {}, items, anyOf = [] }: Schema): string[] {
  const inner = [...Object.values(properties), ...(items === undefined ? [] : [items]), ...anyOf];
  return [...new Set([...Object.keys(properties), ...inner.flatMap(fieldsOf)])];
}

/** The words in backticks of a text, without its blocks. */
function codesIn(text: string): Set<string> {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return new Set([...prose.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? ''));
}

/** What is read is left out, but where an option asks for it. */
function shownWord(word: string, position: number, argv: readonly string[]): string[] {
  if (word === deltaFile) return ['DELTA'];
  if (word.includes(registry.host)) return [word.replace(registry.host, 'REGISTRY')];
  if (word !== 'samples') return [word];
  return /^--(?:have|from)$/.test(argv[position - 1] ?? '') ? ['HAVE'] : [];
}

describe('docs/json.md', () => {
  it('lists every kind with the command that prints it', () => {
    const rows = rowsOf(page.slice(0, page.indexOf('## Rules')));
    expect(rows.map(([kind]) => kind).sort()).toEqual([...documentKinds].sort());
    for (const [kind = '', command, schema] of rows) {
      const argv = Object.entries(printedBy).find(([name]) => name === kind)?.[1] ?? [];
      expect(command).toBe(['varve', ...argv.flatMap(shownWord)].join(' '));
      expect(schema).toBe(`varve schema ${kind.slice('varve.'.length)}`);
    }
  });

  it.each([...documentKinds, ...innerKinds])('has the top-level fields of %s in its table', async (kind) => {
    const schema = await schemaOf(kind);
    const listed = rowsOf(sectionOf(page, `## ${kind}`)).flatMap(([cell = '']) => [...codesIn(`\`${cell}\``)]);
    const names = listed.flatMap((cell) => cell.split(/`?, `?/));
    expect(names.sort()).toEqual(Object.keys(schema.properties ?? {}).sort());
  });

  it.each([...documentKinds, ...innerKinds])('names every field of %s, at any depth', async (kind) => {
    const named = codesIn(page);
    const missing = fieldsOf(await schemaOf(kind)).filter((field) => !named.has(field));
    expect(missing).toEqual([]);
  });

  it('shows a document as it is printed today', async () => {
    const [shown] = fencesOf(page).filter(({ language }) => language === 'json');
    const today = await documentOf(['verify', 'samples/orders-1.4-damaged.tar', '--format', 'json']);
    expect(today).toMatchObject(JSON.parse((shown?.lines ?? []).join('\n')) as object);
  });
});

describe('the documents that the commands print on samples/', () => {
  it.each(documentKinds)('%s is valid by its printed schema', async (kind) => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
      await schemaOf(kind),
    );
    const document = await documentOf(printedBy[kind]);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject({ kind, schemaVersion: 1 });
  });

  it.each(documentKinds)('%s has no field that its schema does not name', async (kind) => {
    const schema = JSON.stringify(await schemaOf(kind), (_, value: unknown) =>
      isObjectSchema(value) ? { ...value, additionalProperties: false } : value,
    );
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(schema) as object);
    validate(await documentOf(printedBy[kind]));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('are refused by their schemas once a field is missing, negative or of another kind', async () => {
    const validate = new Ajv2020().compile(await schemaOf('varve.df'));
    const document = await documentOf(printedBy['varve.df']);
    const { verified, ...incomplete } = document;
    expect(typeof verified).toBe('boolean');
    expect(validate(document)).toBe(true);
    expect(validate(incomplete)).toBe(false);
    expect(validate({ ...document, kind: 'varve.report' })).toBe(false);
    expect(validate({ ...document, reclaim: { ...(document['reclaim'] as object), totalBytes: -1 } })).toBe(false);
  });

  it('are accepted with fields that a later version adds', async () => {
    const validate = new Ajv2020().compile(await schemaOf('varve.df'));
    expect(validate({ ...(await documentOf(printedBy['varve.df'])), later: 1 })).toBe(true);
  });
});

/** An object with named fields; a record, whose keys are data, says what its other fields are. */
function isObjectSchema(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'properties' in value && !('additionalProperties' in value);
}
