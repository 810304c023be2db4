/**
 * A policy from a file, in YAML or JSON. Every fault is told with line and column. The file is the user's own, but may
 * come with the archives: its size is bounded before it is parsed, aliases are few and add up to little, and keys that
 * stand twice are refused, since which of them counts is anyone's guess.
 */
import { type Document, isMap, isNode, isScalar, Lexer, LineCounter, Parser, parseDocument, visit } from 'yaml';
import { VarveError } from '../../model/error.js';
import { limits } from '../../model/limits.js';
import { type PolicyIssue, policyIssue } from '../../model/results/policy.js';
import { quoted } from '../../query/filter-rule.js';
import { nearWords } from '../../words/near-words.js';
import {
  compileSetting,
  imagesTake,
  type Policy,
  type PolicyEntry,
  type Setting,
  takes,
  unknownRule,
} from './policy.js';
import type { PolicyRule } from './rules/rule.js';
import { ruleNamed, ruleShapes } from './rules/rules.js';

type Path = readonly (string | number)[];

/** A parsed file: its values, and where in the text each of them stands. */
interface PolicyText {
  readonly value: unknown;
  /** Throws VarveError `usage` with the place of what the path leads to, or of the key itself. */
  readonly refuse: (message: string, path: Path, key?: string) => never;
}

/** Reads the text of a policy file; `path` is what messages call it. Throws VarveError `usage` with line and column. */
export function parsePolicy(text: string, path: string): Policy {
  const parsed = parseText(text, path);
  const issue = policyIssue(ruleShapes, parsed.value);
  if (issue !== null) refuseIssue(issue, parsed);
  // The schema has made sure of the shape.
  const {
    rules,
    strict = false,
    'allow-no-image': allowNoImage = false,
  } = parsed.value as {
    readonly rules: Readonly<Record<string, unknown>>;
    readonly strict?: boolean;
    readonly 'allow-no-image'?: boolean;
  };
  const entries = Object.entries(rules).flatMap(([name, value]) => {
    const rule = ruleNamed(name);
    if (rule === null) return [];
    return settingsOf(rule, value).map(({ setting, at }) => compileAt(setting, ['rules', name, ...at], parsed));
  });
  return { entries, strict, allowNoImage };
}

function parseText(text: string, path: string): PolicyText {
  const fail = (message: string, line: number, col: number): never => {
    throw new VarveError('usage', `${path}:${line}:${col}: ${message}`);
  };
  if (text.length > limits.policyBytes) fail(`a policy has at most ${limits.policyBytes} bytes`, 1, 1);
  const lines = new LineCounter();
  const refuseAt = (message: string, offset: number): never => {
    const { line, col } = lines.linePos(offset);
    return fail(message, line, col);
  };
  const deep = tooDeepAt(text);
  if (deep !== null)
    fail(`lists and maps lie at most ${limits.policyDepth} deep inside each other`, deep.line, deep.col);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error !== undefined) refuseAt(error.message, error.pos[0]);
  const value = plainValue(document, (at) => refuseAt('the anchors are repeated too often', at));
  return { value, refuse: (message, at, key) => refuseAt(message, offsetOf(document, at, key)) };
}

/**
 * Where the text goes deeper than the limit; null where it never does. The library builds its document by calling itself,
 * and far enough down that ends the process; its parser below does not, and says how deep it is.
 */
function tooDeepAt(text: string): { readonly line: number; readonly col: number } | null {
  const lines = new LineCounter();
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length > limits.policyDepth) return lines.linePos(parser.offset);
  }
  return null;
}

function plainValue(document: Document.Parsed, refuseAlias: (offset: number) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: limits.policyAliases });
  } catch (error) {
    let offset: number | null = null;
    visit(document, {
      Alias(_, alias) {
        offset = alias.range?.[0] ?? 0;
        return visit.BREAK;
      },
    });
    if (offset === null) throw error;
    return refuseAlias(offset);
  }
}

/** Where the value at the path starts, or that key of it; of what is not there, where what should hold it starts. */
function offsetOf(document: Document.Parsed, path: Path, key: string | undefined): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const range = isNode(node) ? node.range : null;
    if (range == null) continue;
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    return (isNode(pair?.key) ? pair.key.range?.[0] : undefined) ?? range[0];
  }
  return 0;
}

/** Puts what the schema does not allow into words. */
function refuseIssue({ path, unknownKeys: [key] }: PolicyIssue, { value, refuse }: PolicyText): never {
  const [, name] = path;
  const rule = typeof name === 'string' ? ruleNamed(name) : null;
  if (key !== undefined) return refuse(unknownKey(key, path, rule), path, key);
  const [top] = path;
  if (top === 'strict' || top === 'allow-no-image')
    refuse(`${top} takes true or false${notWhat(valueAt(value, path))}`, path);
  const shape = 'a policy is a map with the key rules, and under it at least one rule';
  return refuse(rule === null ? shape : `${wrongValue(path, rule)}${notWhat(valueAt(value, path))}`, path);
}

function unknownKey(key: string, path: Path, rule: PolicyRule | null): string {
  if (path.length === 0) return `unknown key ${quoted(key)}; a policy has the keys rules, strict and allow-no-image`;
  if (rule === null) return unknownRule(key);
  if (key === 'images') return `${rule.name} is judged as a whole and takes no images`;
  const keys = rule.scope === 'images' ? ['value', 'severity', 'images'] : ['value', 'severity'];
  const [near] = nearWords(key, keys, 1);
  return `unknown key ${quoted(key)}; a rule has ${keys.join(', ')}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

function wrongValue(path: Path, rule: PolicyRule): string {
  const part = path.find((step) => step === 'severity' || step === 'images');
  if (part === 'severity') return 'severity takes fail or warn';
  if (part === 'images') return `images takes ${imagesTake}`;
  const needed = rule.fallback === null ? '' : rule.kind.shape === 'none' ? ': write true behind it' : ', or true';
  return `${takes(rule)}${needed}`;
}

interface PlacedSetting {
  readonly setting: Setting;
  /** Where it stands below the name of the rule. */
  readonly at: Path;
}

/** A rule may stand for a bare value, for a map, or for a list of maps. */
function settingsOf(rule: PolicyRule, value: unknown): PlacedSetting[] {
  if (Array.isArray(value) && value.every(isRecord)) {
    return value.map((item, position) => ({ setting: settingOf(rule, item), at: [position] }));
  }
  return [{ setting: settingOf(rule, isRecord(value) ? value : { value }), at: [] }];
}

function settingOf(rule: PolicyRule, fields: Readonly<Record<string, unknown>>): Setting {
  const { value, severity, images } = fields;
  return {
    rule,
    texts: value === undefined || value === true ? null : textsOf(value),
    severity: severity === 'warn' ? 'warn' : 'fail',
    images: images === undefined ? [] : textsOf(images),
  };
}

function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileAt(setting: Setting, path: Path, { value, refuse }: PolicyText): PolicyEntry {
  const entry = compileSetting(setting);
  if (!('message' in entry)) return entry;
  const found = valueAt(value, path);
  const below = isRecord(found) ? [entry.where] : [];
  const list = valueAt(value, [...path, ...below]);
  const at = [...path, ...below, ...(Array.isArray(list) ? [entry.position] : [])];
  return refuse(`${entry.message}${notWhat(valueAt(value, at))}`, at);
}

function notWhat(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? `, not ${quoted(String(value))}`
    : '';
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    value,
  );
}
