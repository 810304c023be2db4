/** What lies at the top of the repository: whatever else a command has left there would be committed with the next change. */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const folders = ['.ci', 'bench', 'build', 'docs', 'samples', 'src', 'test', 'workers'];
const pages = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
// biome-ignore format: a list of names
const settings = [
  '.editorconfig', '.gitattributes', '.gitignore', 'action.yml', 'biome.json', 'knip.jsonc', 'package-lock.json',
  'package.json', 'tsconfig.json', 'vitest.config.ts',
];
/** As .gitignore has them, and what git keeps itself. */
const ignored = /^(?:\.git|node_modules|dist|coverage|.*\.tsbuildinfo)$/;

it('the top of the repository holds its folders, pages and settings and nothing else', () => {
  const found = readdirSync('.').filter((name) => !ignored.test(name));
  expect(found.sort()).toEqual([...folders, ...pages, ...settings].sort());
});
