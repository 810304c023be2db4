/** The commands and forms that are measured, `INPUT` in place of the folder with the archives. */
const formsOf: Readonly<Record<string, readonly string[]>> = {
  ls: ['table', 'json', 'csv', "'{{json .}}'"],
  inspect: ['json'],
  history: ['table', 'json'],
  tree: ['table', 'json', 'mermaid'],
  layers: ['table', 'json', 'csv'],
  df: ['table', 'json'],
  search: ['table', 'json'],
  verify: ['table', 'json', 'ndjson', 'csv', 'markdown', 'html', 'junit', 'sarif', 'github'],
  report: ['table', 'json', 'html', 'csv', 'sarif'],
  plan: ['table', 'json', 'html', 'script'],
  check: ['table', 'json', 'junit', 'sarif', 'html'],
  diff: ['table', 'json', 'html'],
  scan: ['json'],
  pack: ['table', 'json'],
};

const words: Readonly<Record<string, string>> = {
  search: 'search a INPUT',
  plan: 'plan INPUT --remove superseded',
  check: 'check INPUT --rule intact --rule user-not-root --rule no-secret-env',
  diff: 'diff INPUT INPUT',
  pack: 'pack INPUT --dry-run --keep-going --untag-contested',
};

/** Every command in its forms. */
export const forms: readonly string[] = Object.entries(formsOf).flatMap(([command, formats]) =>
  formats.map((format) => `${words[command] ?? `${command} INPUT`} --format ${format}`),
);
