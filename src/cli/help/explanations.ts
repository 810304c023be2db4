/**
 * What a code or a word means: the findings, the words of the glossary and the rules of policies, in plain text. The texts
 * of docs/ are Markdown; here they lose their marks, and a link becomes the path of its page.
 *
 *   explain('orphan')   [{ type: 'word', name: 'unreferenced', … }]
 */

import { formOf, policyRules } from '../../analysis/policy/rules/rules.js';
import { type FindingCode, findingCodes } from '../../model/finding.js';
import type { Explanation } from '../../model/results/explanation.js';
import { findingAdvice } from '../../report/glossary/finding-advice.js';
import { wordFamilies } from '../../report/glossary/glossary.js';
import { nearWords } from '../../words/near-words.js';

const maxSuggestions = 5;

/** All that can be explained: findings by severity, words by subject, rules by family. */
export function explanations(): Explanation[] {
  return [...findings(), ...words(), ...rules()];
}

/** What the text means: one thing or several, or nothing. Case, blanks, dashes and a plural make no difference. */
export function explain(text: string): Explanation[] {
  const all = explanations();
  const means = (wanted: string) => all.filter((one) => namesOf(one).some((name) => keyOf(name) === wanted));
  const key = keyOf(text);
  const found = means(key);
  return found.length > 0 ? found : means(key.replace(/s$/, ''));
}

/** Names that were perhaps meant, the nearest first. */
export function nearExplained(text: string): string[] {
  const written = new Map(explanations().flatMap((one) => namesOf(one).map((name) => [keyOf(name), name] as const)));
  return nearWords(keyOf(text), written.keys(), maxSuggestions).flatMap((key) => written.get(key) ?? []);
}

/** Markdown of our own pages as plain text. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/\[([^\]]+)\]\(([^)#]*)(?:#[^)]*)?\)/g, (_, shown: string, path: string) =>
      path.endsWith('.md') ? (path.startsWith('../') ? path.slice('../'.length) : `docs/${path}`) : shown,
    )
    .replaceAll('`', '');
}

function namesOf({ name, also }: Explanation): string[] {
  return [name, ...also];
}

function keyOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '-');
}

function findings(): Explanation[] {
  return (Object.keys(findingCodes) as FindingCode[]).map((code): Explanation => {
    const { raised, advice } = findingAdvice[code];
    return {
      type: 'finding',
      name: code,
      also: [],
      ...findingCodes[code],
      raised: plainText(raised),
      text: null,
      advice: plainText(advice),
      related: [],
      page: `docs/findings.md#${code}`,
    };
  });
}

function words(): Explanation[] {
  return Object.values(wordFamilies)
    .flatMap((family) => Object.entries(family))
    .map(
      ([name, { also, meaning, text, related }]): Explanation => ({
        type: 'word',
        name,
        also: [...also],
        severity: null,
        meaning: plainText(meaning),
        raised: null,
        text: plainText(text),
        advice: null,
        related: [...related],
        page: `docs/words.md#${name.toLowerCase().replaceAll('/', '').replaceAll(' ', '-')}`,
      }),
    );
}

function rules(): Explanation[] {
  return policyRules.map(
    (rule): Explanation => ({
      type: 'rule',
      name: rule.name,
      also: [],
      severity: null,
      meaning: rule.meaning,
      raised: null,
      text: `Written as varve check --rule ${formOf(rule)}; it takes ${rule.kind.takes}.`,
      advice: rule.advice,
      related: ['policy'],
      page: 'docs/policy.md',
    }),
  );
}
