/**
 * Checks → SARIF 2.1.0, for code scanning: a result for each check that found something, a notification for each that could
 * not be made; what passed is no result. Where there are more results than GitHub takes in one run, hints are folded, and a
 * notification says so. Texts from archives pass `safeText` and have escaped what SARIF obeys in a message
 * (links, placeholders); paths become URIs. A test holds what is printed against the schema of OASIS.
 */
import type { Sha256 } from '../../model/hashing.js';
import { safeText } from '../blocks/safe-text.js';
import { formatCount, plural } from '../blocks/units.js';
import { type CheckCase, type CheckList, type CheckRule, caseCount, fitLines, linesOfCheck } from './checks.js';
import { renderJson } from './json.js';

export interface SarifTool {
  readonly version: string;
  readonly sha256: Sha256;
}

/** Of one run: GitHub refuses a file with more of them, and all that is in it. */
const maxResults = 25_000;

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const levels = { error: 'error', warning: 'warning', hint: 'note' } as const;

/** GitHub's words for the same, which it sorts by. */
const problemSeverities = { error: 'error', warning: 'warning', hint: 'recommendation' } as const;

/** The whole document, ending in a newline. */
export function renderSarif({ rules, groups }: CheckList, { version, sha256 }: SarifTool): Iterable<string> {
  const checks = groups.flatMap((group) => group.checks);
  const { found, note } = foldedHints(checks.filter(({ level }) => level !== 'skip' && level !== 'pass'));
  const run = {
    tool: { driver: { name: 'varve', semanticVersion: version, rules: rules.map(ruleOf) } },
    invocations: [
      {
        executionSuccessful: groups.every(({ readable }) => readable),
        toolExecutionNotifications: [
          ...(note === null ? [] : [{ level: 'warning', message: { text: messageText(note) } }]),
          ...checks.filter(({ level }) => level === 'skip').map((check) => ({ level: 'note', ...statementOf(check) })),
        ],
      },
    ],
    results: resultsOf(found, rules, sha256),
  };
  return renderJson({ $schema: schema, version: '2.1.0', runs: [run] });
}

function ruleOf({ id, severity, meaning, page }: CheckRule): object {
  return {
    id,
    shortDescription: { text: messageText(meaning) },
    help: { text: messageText(`${meaning} See ${page}.`), markdown: `${meaning} See \`${page}\` of Varve.` },
    defaultConfiguration: { level: levels[severity] },
    properties: { 'problem.severity': problemSeverities[severity], tags: ['container-image'] },
  };
}

function resultsOf(checks: readonly CheckCase[], rules: readonly CheckRule[], sha256: Sha256): object[] {
  const positions = new Map(rules.map(({ id }, index) => [id, index]));
  const seen = new Map<string, number>();
  return checks.flatMap((check) => {
    const { rule, level, path, subject, expected } = check;
    if (level === 'skip' || level === 'pass') return [];
    // What the check is about, not what was found or where: an archive that is saved again has other offsets.
    const hash = sha256([JSON.stringify([rule, path, subject, expected])], 'utf8').replace(/^sha256:/, '');
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return [
      {
        ruleId: rule,
        ruleIndex: positions.get(rule),
        level: levels[level],
        ...statementOf(check),
        // The one name that GitHub looks at, in the shape that it has there: a hash and a number among equal ones.
        partialFingerprints: { primaryLocationLineHash: `${hash.slice(0, 16)}:${count}` },
      },
    ];
  });
}

/**
 * The same checks where GitHub takes them all. Else equal hints of an archive are one, or of all archives if that is not
 * enough; errors and warnings are never folded.
 */
function foldedHints(checks: readonly CheckCase[]): {
  readonly found: readonly CheckCase[];
  readonly note: string | null;
} {
  if (checks.length <= maxResults) return { found: checks, note: null };
  const hints = checks.filter(({ level }) => level === 'hint');
  const others = checks.filter(({ level }) => level !== 'hint');
  const room = maxResults - others.length;
  const byArchive = foldBy(hints, ({ rule, path }) => JSON.stringify([rule, path]), 'this archive');
  const folded = byArchive.length <= room ? byArchive : foldBy(hints, ({ rule }) => rule, 'the archives');
  const found = [...others, ...folded];
  const taken = `${formatCount(maxResults)} that GitHub takes of one run`;
  const left = found.length <= maxResults ? '' : ` What is left is more than that: check fewer archives at once.`;
  const what = `${formatCount(checks.length)} results are more than the ${taken}`;
  const note = `${what}: ${plural(caseCount(hints), 'hint')} were folded into ${formatCount(folded.length)}.${left}`;
  return { found, note: `${note} The JSON document has each.` };
}

/** One check for each key, which counts those that it stands for; what stands alone stays as it is. */
function foldBy(checks: readonly CheckCase[], keyOf: (check: CheckCase) => string, where: string): CheckCase[] {
  const groups = new Map<string, CheckCase[]>();
  for (const check of checks) {
    const key = keyOf(check);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [check]);
    else group.push(check);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    const count = caseCount(group);
    const message = `${plural(count, 'hint')} of this code in ${where}; the first: ${first.message}`;
    return [{ ...first, subject: null, expected: null, actual: null, offsetBytes: null, message, count }];
  });
}

/** What a result and a notification have in common: the message and the place. */
function statementOf(check: CheckCase): object {
  const { path, subject } = check;
  const text = fitLines(linesOfCheck(check).map((line) => messageText(safeText(line))));
  const name = subject === null ? null : safeText(subject);
  const place = {
    ...(path === null ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(path) }, region: regionOf(check) } }),
    ...(name === null ? {} : { logicalLocations: [{ name, fullyQualifiedName: name, kind: 'member' }] }),
  };
  return {
    message: { text: text.join('\n') },
    ...(Object.keys(place).length === 0 ? {} : { locations: [place] }),
  };
}

/** GitHub refuses a region without a line; line and offset are independent of each other. */
function regionOf({ offsetBytes }: CheckCase): object {
  return offsetBytes === null ? { startLine: 1 } : { startLine: 1, byteOffset: offsetBytes };
}

/** A path as a URI: relative as it is, a full one with its scheme; every other character than those of names is escaped. */
function uriOf(path: string): string {
  const uri = path
    .replace(/\p{Cs}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return uri.startsWith('/') ? `file://${uri.replace(/^\/+/, '/')}` : uri;
}

/** Text in which SARIF finds neither a link, `[text](target)`, nor a placeholder, `{0}`. */
function messageText(text: string): string {
  return text.replace(/[[\]\\]/g, '\\$&').replace(/[{}]/g, '$&$&');
}
