/** What fingers type that know docker: it works, or one sentence says what does. */
import { expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';
import { asVarve, spellings } from '../../../src/cli/line/docker-words.js';
import { varve } from '../console.js';

const archive = 'samples/api-1.0-docker24.tar';

it.each([
  [
    ['images', archive],
    ['ls', archive],
  ],
  [
    ['list', archive],
    ['ls', archive],
  ],
  [
    ['image', 'ls', archive, '-q', '--no-trunc'],
    ['ls', archive, '-q', '--no-trunc'],
  ],
  [
    ['image', 'list', archive, '--format', '{{.ID}}'],
    ['ls', archive, '--format', '{{.ID}}'],
  ],
  [
    ['image', 'inspect', archive, '--image', 'registry.example.com/shop/api:1.0'],
    ['inspect', archive, '--image', 'registry.example.com/shop/api:1.0'],
  ],
  [
    ['image', 'history', archive],
    ['history', archive],
  ],
  [
    ['image', 'tree', archive],
    ['tree', archive],
  ],
  [
    ['image', 'search', 'api', archive],
    ['search', 'api', archive],
  ],
  [
    ['image', 'diff', archive, archive],
    ['diff', archive, archive],
  ],
  [
    ['system', 'df', '-v', archive],
    ['df', '-v', archive],
  ],
  [['version'], ['--version']],
  [
    ['image', 'load', '--help'],
    ['load', '--help'],
  ],
  [
    ['image', 'save', '--help'],
    ['save', '--help'],
  ],
  [
    ['image', 'tag', '--help'],
    ['tag', '--help'],
  ],
  [
    ['rmi', '--help'],
    ['rm', '--help'],
  ],
  [
    ['image', 'rm', '--help'],
    ['rm', '--help'],
  ],
  [
    ['image', 'prune', '--help'],
    ['prune', '--help'],
  ],
  [
    ['image', 'ls', '--help'],
    ['ls', '--help'],
  ],
  [
    ['help', 'images'],
    ['help', 'ls'],
  ],
  [
    ['help', 'image', 'ls'],
    ['help', 'ls'],
  ],
  [
    ['help', 'system', 'df'],
    ['help', 'df'],
  ],
  [['image', '--help'], ['--help']],
])('what is typed as docker has it, %j, is the command line %j', async (argv, own) => {
  const ended = await varve(argv);
  expect(ended).toEqual(await varve(own));
  expect(ended.code).toBe(0);
});

it.each([
  [['system', 'prune'], 'varve prune removes'],
  [['ps'], '--in-use -'],
  [['container', 'ls'], '--in-use -'],
  [['build', '.'], 'varve history'],
  [['image'], 'image takes a word behind it: image ls'],
  [['image', '-q'], 'image takes a word behind it: image ls'],
  [['image', 'lss'], 'unknown command "image lss": image ls'],
  [['container', 'top'], '--in-use -'],
])('what docker removes, %j, is refused with the command that plans it', async (argv, says) => {
  const { code, stdout, stderr } = await varve(argv);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(says);
});

it('a command of Varve is never taken for a spelling of docker', () => {
  for (const { name } of commands) expect(asVarve([name, 'x'], commands)).toEqual([name, 'x']);
});

it('every spelling of docker stands for a command that is there', () => {
  const own = [...commands.map(({ name }) => name), '--version'];
  expect(Object.values(spellings).filter(([word]) => !own.includes(word))).toEqual([]);
});

it('a word that is known from the results is explained, also where docker has a command of that name', async () => {
  for (const word of ['manifest', 'image']) {
    expect(await varve(['help', word])).toEqual({ ...(await varve(['explain', word])), code: 0 });
  }
});

it('the help of the program names the spellings of docker', async () => {
  const { stdout } = await varve(['--help'], { columns: 100 });
  expect(stdout.replace(/\s+/g, ' ')).toContain(Object.keys(spellings).join(', '));
});
