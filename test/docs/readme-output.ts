/**
 * The output that README.md shows: what `varve report samples` prints on a terminal of 100 columns, cut to the parts that
 * explain themselves. Which parts is decided here, so that the page can be written anew after a change
 * (`npm run readme`) and held against the program by a test.
 */
import { varve } from '../cli/console.js';

const leftOut = '…';
const start = '<!-- output: report samples -->\n```text\n';
const end = '```\n';

/** How many lines of a part are shown, heading included; the others are left out whole. */
const shownLines: Readonly<Record<string, number>> = { 'WHERE THE BYTES ARE': 100, IMAGES: 9, LAYERS: 4 };
/** Of the findings: those of the damaged archive, down to the end of the first error. */
const damaged = 'samples/orders-1.4-damaged.tar: ';

/** The lines that README.md shows. Throws RangeError where the report has lost a part that they come from. */
export async function readmeOutput(): Promise<string[]> {
  const { stdout } = await varve(['report', 'samples'], { columns: 100, env: { NO_COLOR: '1' } });
  const [headline = '', ...parts] = stdout.trimEnd().split('\n\n');
  const shown = headline.split('\n');
  for (const [name, count] of Object.entries(shownLines)) {
    const lines = partNamed(name, parts);
    shown.push('', ...lines.slice(0, count), ...(lines.length > count ? [leftOut] : []));
  }
  const findings = partNamed('FINDINGS', parts);
  const first = findings.findIndex((line) => line.startsWith(damaged));
  const last = findings.findIndex((line, i) => i > first && /^ +at +byte/.test(line));
  if (first === -1 || last === -1) throw new RangeError('the report shows no fault of the damaged sample');
  return [...shown, '', 'FINDINGS', leftOut, ...findings.slice(first, last + 1), leftOut];
}

/** The page with these lines in place of the ones that it shows. */
export function withOutput(page: string, lines: readonly string[]): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from + start.length);
  if (from === -1 || to === -1) throw new RangeError('README.md has no place for the output');
  return `${page.slice(0, from)}${start}${lines.join('\n')}\n${page.slice(to)}`;
}

function partNamed(name: string, parts: readonly string[]): string[] {
  const part = parts.find((text) => text.startsWith(name));
  if (part === undefined) throw new RangeError(`the report has no part ${name}`);
  return part.split('\n');
}
