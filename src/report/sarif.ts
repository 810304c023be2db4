/**
 * Checks → SARIF 2.1.0, for code scanning: a result for each check that found something, a notification for each that could
 * not be made; what passed is no result. Texts from archives pass `safeText` and have escaped what SARIF obeys in a message
 * (links, placeholders); paths become URIs. A test holds what is printed against the schema of OASIS.
 */
import type { Sha256 } from '../model/hashing.js';
import { type Check, type CheckList, type CheckRule, checkLines } from './checks.js';
import { renderJson } from './json.js';
import { safeText } from './safe-text.js';

export interface SarifTool {
  readonly version: string;
  readonly sha256: Sha256;
}

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

const levels = { error: 'error', warning: 'warning', hint: 'note' } as const;

/** GitHub's words for the same, which it sorts by. */
const problemSeverities = { error: 'error', warning: 'warning', hint: 'recommendation' } as const;

/** The whole document, ending in a newline. */
export function renderSarif({ rules, groups }: CheckList, { version, sha256 }: SarifTool): string {
  const checks = groups.flatMap((group) => group.checks);
  const run = {
    tool: { driver: { name: 'varve', semanticVersion: version, rules: rules.map(ruleOf) } },
    invocations: [
      {
        executionSuccessful: groups.every(({ readable }) => readable),
        toolExecutionNotifications: checks
          .filter(({ level }) => level === 'skip')
          .map((check) => ({ level: 'note', ...statementOf(check) })),
      },
    ],
    results: resultsOf(checks, rules, sha256),
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

function resultsOf(checks: readonly Check[], rules: readonly CheckRule[], sha256: Sha256): object[] {
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

/** What a result and a notification have in common: the message and the place. */
function statementOf(check: Check): object {
  const { path, subject } = check;
  const text = checkLines(check).map((line) => messageText(safeText(line)));
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
function regionOf({ offsetBytes }: Check): object {
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
