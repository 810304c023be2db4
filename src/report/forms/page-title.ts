/**
 * The name of a page, as the tab of a browser and a bookmark have it: the command, what it was asked about, and the verdict,
 * that is what stands out in the first line. Tabs cut it at the end, so it begins with what tells tabs apart.
 */
import type { Block, Text } from '../blocks/document.js';

const maxLength = 160;

interface Titled {
  readonly command: string;
  readonly about: string;
  readonly lead: readonly Block[];
}

/** `Varve report: images — 2 archives are damaged (3 errors)`; one that is long ends with `…`. */
export function pageTitle({ command, about, lead }: Titled): string {
  const first = lead.find((block) => block.kind === 'line');
  const verdict = first === undefined ? '' : verdictOf(first.text);
  const title = [`Varve ${command}: ${about}`, verdict].filter((part) => part !== '').join(' — ');
  const characters = [...title];
  return characters.length <= maxLength ? title : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/** What has the colour of a judgement; where nothing is judged, what is strong; else the line. */
function verdictOf(text: Text): string {
  const spans = typeof text === 'string' ? [{ text, tone: 'plain' as const }] : text;
  const judged = spans.filter(({ tone }) => tone === 'good' || tone === 'bad' || tone === 'warn');
  const strong = spans.filter(({ tone }) => tone === 'strong');
  const chosen = judged.length > 0 ? judged : strong.length > 0 ? strong : spans;
  return chosen
    .map((span) => span.text)
    .join('')
    .trim()
    .replace(/[.:;,]$/, '');
}
