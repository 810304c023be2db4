/**
 * Readers of the forms that programs are given, by code that is not ours where there is some (libxml2 for XML, ajv for
 * JSON Schema) and else written after the description of the reader: GitHub's runner for workflow commands, RFC 4180 for CSV.
 */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { XmlDocument, type XmlElement, XsdValidator } from 'libxml2-wasm';

const junitSchema = readFileSync('test/data/junit/junit.xsd', 'utf8');
const sarifSchema = JSON.parse(readFileSync('test/data/sarif/sarif-schema-2.1.0.json', 'utf8')) as object;
// Its pattern of a language is no expression of the stricter kind; what is a URI is looked at by the tests themselves.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
const validateSarif = ajv.compile(sarifSchema);

export interface JunitCase {
  readonly classname: string;
  readonly name: string;
  readonly result: 'passed' | 'failure' | 'error' | 'skipped';
  /** Of what is inside of it. */
  readonly text: string;
  readonly message: string | null;
}

/** The cases of a JUnit file. Throws where it is no XML or not valid by the schema. */
export function readJunit(xml: string): JunitCase[] {
  const schema = XmlDocument.fromString(junitSchema);
  const validator = XsdValidator.fromDoc(schema);
  const document = XmlDocument.fromString(xml);
  try {
    validator.validate(document);
    return document.find('/testsuites/testsuite/testcase').map((node) => caseOf(node as XmlElement));
  } finally {
    document.dispose();
    validator.dispose();
    schema.dispose();
  }
}

function caseOf(element: XmlElement): JunitCase {
  const inner = element.find('*')[0] as XmlElement | undefined;
  const result = inner === undefined || inner.name === 'system-out' ? 'passed' : (inner.name as JunitCase['result']);
  return {
    classname: element.attr('classname')?.value ?? '',
    name: element.attr('name')?.value ?? '',
    result,
    text: inner?.content ?? '',
    message: inner?.attr('message')?.value ?? null,
  };
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly SarifLocation[];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly byteOffset?: number };
  };
  readonly logicalLocations?: readonly { readonly name: string; readonly fullyQualifiedName: string }[];
}

export interface SarifRun {
  readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
  readonly invocations: readonly {
    readonly executionSuccessful: boolean;
    readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
  }[];
  readonly results: readonly SarifResult[];
}

/** What makes a SARIF file invalid by the schema of OASIS. */
export function sarifErrors(document: unknown): object[] {
  validateSarif(document);
  return [...(validateSarif.errors ?? [])];
}

/** The one run of a SARIF file. Throws RangeError where it is not valid. */
export function readSarif(json: string): SarifRun {
  const document = JSON.parse(json) as { readonly runs: readonly SarifRun[] };
  const errors = sarifErrors(document);
  const [run] = document.runs;
  if (errors.length > 0 || run === undefined) throw new RangeError(`no SARIF: ${JSON.stringify(errors)}`);
  return run;
}

export interface RunnerCommand {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What the runner of GitHub Actions does with a log: the commands in it, and the other lines. */
export function readLog(log: string): { readonly commands: RunnerCommand[]; readonly others: string[] } {
  const commands: RunnerCommand[] = [];
  const others: string[] = [];
  // The runner reads lines as .NET does.
  for (const line of log.split(/\r\n|\n|\r/)) {
    const command = commandIn(line);
    if (command !== null) commands.push(command);
    else if (line !== '') others.push(line);
  }
  return { commands, others };
}

function commandIn(line: string): RunnerCommand | null {
  const message = line.trimStart();
  const end = message.indexOf('::', 2);
  if (message.startsWith('::') && end > 1) {
    const [command = '', ...rest] = message.slice(2, end).split(' ');
    const properties = rest
      .join(' ')
      .split(',')
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), unescapeProperty(pair.slice(pair.indexOf('=') + 1))]);
    return { command, properties: Object.fromEntries(properties), data: unescapeData(message.slice(end + 2)) };
  }
  // The form of old: anywhere in a line.
  const old = /##\[([^\]]*)\](.*)/.exec(line);
  return old === null ? null : { command: old[1] ?? '', properties: {}, data: old[2] ?? '' };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%3A', ':')
    .replaceAll('%2C', ',')
    .replaceAll('%25', '%');
}

/** The fields of a CSV, line by line. `separator` is a comma but where a spreadsheet has it otherwise. Throws RangeError. */
export function readCsv(csv: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < csv.length) {
    let field = '';
    if (csv[at] === '"') {
      for (at += 1; csv[at] !== '"' || csv[at + 1] === '"'; at += 1) {
        if (at >= csv.length) throw new RangeError('a quote without an end');
        field += csv[at];
        if (csv[at] === '"') at += 1;
      }
      at += 1;
    }
    for (; at < csv.length && csv[at] !== separator && csv[at] !== '\n'; at += 1) field += csv[at];
    row.push(field);
    if (csv[at] === '\n' || at >= csv.length) {
      rows.push(row);
      row = [];
    }
    at += 1;
  }
  return rows;
}
