/** docs/forms.md lists the columns of every command that has a table for spreadsheets, as the command writes them. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { varve } from '../cli/console.js';
import { readPage, rowsOf, sectionOf } from './page.js';

const rows = rowsOf(sectionOf(readPage('docs/forms.md'), '## csv'));
const withCsv = commands.filter(({ formats }) => formats.includes('csv')).map(({ name }) => name);
/** What a command needs to have a result of the samples. */
const words: Readonly<Record<string, readonly string[]>> = {
  diff: ['diff', 'samples/mirror', 'samples'],
  plan: ['plan', 'samples', '--remove', 'dangling'],
  search: ['search', 'shop', 'samples'],
};

describe('the columns in docs/forms.md', () => {
  it('stand there for every command that has csv, and for no other', () => {
    expect(rows.map(([command]) => command).toSorted()).toEqual(withCsv.toSorted());
    expect(withCsv.length).toBeGreaterThan(7);
  });

  it.each(withCsv)('of %s are those of its header', async (name) => {
    const { stdout } = await varve([...(words[name] ?? [name, 'samples']), '--format', 'csv', '--quiet']);
    const [header = '', ...lines] = stdout.split('\n');
    const [, , columns = ''] = rows.find(([command]) => command === name) ?? [];
    // What stands in parentheses explains a column.
    const listed = [
      ...`\`${columns}\``
        .replace(/^``|``$/g, '`')
        .replace(/\([^)]*\)/g, '')
        .matchAll(/`(\w+)`/g),
    ];
    expect(listed.map(([, column]) => column)).toEqual(header.split(','));
    expect(lines.length).toBeGreaterThan(1);
  });
});
