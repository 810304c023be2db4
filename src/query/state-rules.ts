/**
 * Filters that take yes or no: `dangling`, as docker has it, and `superseded` and `shared`, which ask what docker cannot
 * say. Docker takes `true`, `1`, `false` and `0` and no other spelling, and both answers at once for a mistake.
 */
import {
  type FilterKey,
  type FilterRule,
  filterRule,
  type ImageRows,
  quoted,
  refusal,
  refusalOf,
} from './filter-rule.js';
import type { ImageRow } from './image-row.js';

/** What is asked of a row; null where it cannot be told, which is neither yes nor no. */
type Question = (set: ImageRows) => (row: ImageRow) => boolean | null;

const answers: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const contradiction = 'it cannot be both true and false';

const takes = 'true or false (or 1 or 0)';

/**
 * What all values of a key that takes yes or no say together; null without any. For a key that a command has for itself.
 * Throws VarveError `usage`, which begins with the text of the filter that means nothing.
 */
export function answerOf(
  key: string,
  values: readonly { readonly text: string; readonly value: string }[],
): boolean | null {
  const said = new Set<boolean>();
  for (const { text, value } of values) {
    const answer = answers.get(value);
    if (answer === undefined) throw refusalOf(`filter ${quoted(text)}`, `${key} takes ${takes}`);
    said.add(answer);
  }
  if (said.size > 1) throw refusalOf(`filter ${key}`, contradiction);
  return said.size === 0 ? null : said.has(true);
}

export const stateFilters: readonly FilterRule[] = [
  yesOrNo({
    key: 'dangling',
    help: 'images with no name in any input, or those that have one',
    docker: true,
    question: () => (row) => row.state === 'dangling',
  }),
  yesOrNo({
    key: 'superseded',
    help: 'images of which ones that are known to be newer carry every tag, or the others',
    docker: false,
    question: () => (row) => row.state === 'superseded',
  }),
  yesOrNo({
    key: 'shared',
    help: 'images that have bytes in common with another one, or those that have not',
    docker: false,
    question: isShared,
  }),
];

function yesOrNo(asked: Pick<FilterKey, 'key' | 'help' | 'docker'> & { readonly question: Question }): FilterRule {
  const { question, ...described } = asked;
  return filterRule<boolean>({
    ...described,
    form: `${asked.key}=true|false`,
    takes,
    parse: (text) => answers.get(text) ?? null,
    condition: (values) => {
      const wanted = values.includes(true);
      if (wanted && values.includes(false)) throw refusal(asked.key, 'false', contradiction);
      return (set) => {
        const answer = question(set);
        return (row) => answer(row) === wanted;
      };
    },
  });
}

/** The shared size says so where it is known; else the layers do, as far as their digests are known. */
function isShared({ rows }: ImageRows): (row: ImageRow) => boolean | null {
  const holders = new Map<string, Set<string>>();
  for (const row of rows) {
    for (const digest of layersOf(row)) holders.set(digest, (holders.get(digest) ?? new Set()).add(row.id));
  }
  return (row) => {
    if (row.sharedBytes !== null) return row.sharedBytes > 0;
    if (layersOf(row).some((digest) => (holders.get(digest)?.size ?? 0) > 1)) return true;
    return row.layers.includes(null) ? null : false;
  };
}

/** Equal digests of the stored bytes mean equal layers too, where no diffID says so. */
function layersOf(row: ImageRow): string[] {
  return [...row.layers.filter((layer) => layer !== null), ...row.layerDigests];
}
