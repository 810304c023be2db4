/**
 * Annotations and labels with the syntax of HTML, of shells and of terminals, and more findings than are listed: in every
 * form they are text, and the number of what is not listed is said.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { varve } from '../cli/console.js';
import {
  describe as describeNode,
  file,
  image,
  layer,
  ociIndex,
  ociLayout,
  ociManifest,
  rawTar,
} from '../helpers/archive-builder.js';
import { readCsv, readJunit, readSarif } from '../helpers/form-readers.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const { folder } = temporaryFolder();
const attacks = [
  '<script>alert(1)</script>',
  '</script><script>alert(2)</script><!--',
  '"><img src=x onerror=alert(3)>',
  '<svg/onload=alert(4)>',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  "'; touch /tmp/owned; '",
  '\u001b]0;owned\u0007\u001b[2J\u009b31m',
  '\u202egpj.exe\u2066\u200f',
  '=HYPERLINK("http://evil.example")',
  '[x](javascript:alert(5))',
  ']]><failure/>',
  '\n::error::forged',
  '\r\n| a | b |\n',
];
const annotationsOf = (values: readonly string[]) =>
  Object.fromEntries(values.map((value, i) => [`k${i}${value}`, value]));
const archiveOf = (values: readonly string[]): Buffer => {
  const spec = image({ layers: [layer({ files: [{ path: 'a' }] })], config: { Labels: annotationsOf(values) } });
  const manifest = describeNode(ociManifest(spec), {
    annotations: { ...annotationsOf(values), 'org.opencontainers.image.ref.name': values[0] ?? '' },
  });
  const index = describeNode(ociIndex([manifest], { annotations: annotationsOf(values) }), {
    annotations: { 'org.opencontainers.image.ref.name': values[1] ?? '', ...annotationsOf(values) },
  });
  const strays = values.map((value, i) => ({ ...file('x', 'x'), pax: { path: `${i}${value}` } }));
  return rawTar([...ociLayout([manifest, index]), ...strays]);
};
const write = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const plain = write('plain.tar', archiveOf(attacks.map((_, i) => `plain-${i}`)));
const evil = write('evil.tar', archiveOf(attacks));

const forms = ['table', 'wide', 'json', 'ndjson', 'csv', 'markdown', 'junit', 'sarif', 'github', 'html'];
const commands: readonly [string, readonly string[]][] = [
  ...(['verify', 'report'] as const).flatMap((command) =>
    forms.map((form): [string, readonly string[]] => [`${command} ${form}`, [command, '--format', form]]),
  ),
  ['ls', ['ls', '--no-trunc']],
  ['ls json', ['ls', '--format', 'json']],
  ['inspect', ['inspect']],
  ['tree', ['tree']],
  ['layers', ['layers']],
  ['search', ['search', 'touch']],
];
const run = (words: readonly string[], path: string) => varve([...words, path, '--quiet', '--workers', '0']);

describe.each(commands)('varve %s', (_, words) => {
  it('prints nothing that a terminal obeys or that turns text round', async () => {
    const { stdout } = await run(words, evil);
    expect(stdout).toMatch(/^(?:\n|[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}])+$/u);
  });
});

describe.each(['verify', 'report'])('the page of varve %s', (command) => {
  const tags = (html: string): string[] => [...html.matchAll(/<[!/?a-z][^\s>]*/gi)].map(([tag]) => tag);
  const known = async (path: string) => {
    const { stdout } = await run([command, '--format', 'html', '--verbose'], path);
    return { stdout, count: (tag: string) => tags(stdout).filter((found) => found === tag).length };
  };

  it('has as many scripts as one of plain names, and no tag that it has not', async () => {
    const [good, bad] = [await known(plain), await known(evil)];
    expect(good.count('<script')).toBeGreaterThan(0);
    for (const tag of ['<script', '</script', '<!--', '<style', '<link']) expect(bad.count(tag)).toBe(good.count(tag));
    expect(tags(bad.stdout).filter((tag) => !tags(good.stdout).includes(tag))).toEqual([]);
    expect(bad.stdout).not.toMatch(/<(?:img|svg\/onload|failure)/);
  });
});

describe('a Markdown of annotations', () => {
  it('gives a browser no tag and no link of theirs', async () => {
    const { stdout } = await run(['report', '--format', 'markdown', '--verbose'], evil);
    const html = marked.parse(stdout, { async: false });
    expect(html).not.toMatch(/<(?:script|img|svg|failure)/i);
    expect(html).not.toMatch(/href="javascript/i);
  });
});

describe('more findings than are listed', () => {
  const names = Array.from({ length: 30 }, (_, i) => file(`stray-${i}`, 'x'));
  const spec = image({ layers: [layer({ files: [{ path: 'a' }] })] });
  const path = write('many.tar', rawTar([...ociLayout([ociManifest(spec)]), ...names]));
  const printed = async (form: string, most: number): Promise<string> => {
    const words = ['verify', path, '--format', form, '--max', `findings=${most}`, '--verbose', '--workers', '0'];
    return (await varve([...words, '--quiet'])).stdout;
  };

  it.each(forms)('are said to be there: %s', async (form) => {
    expect(await printed(form, 10)).toContain('and 20 more of this kind');
  });

  it.each(forms)('accepts as many as the limit, and says nothing of more: %s', async (form) => {
    expect(await printed(form, 30)).not.toContain('more of this kind');
  });

  it('are counted in every sum', async () => {
    const summaryOf = async (most: number) => (JSON.parse(await printed('json', most)) as { summary: object }).summary;
    expect(await summaryOf(1)).toEqual(await summaryOf(1000));
    expect(await printed('github', 1)).toContain('30 hints');
    expect(await printed('table', 1)).toContain('and 29 more');
    expect(readCsv(await printed('csv', 10)).filter((row) => row.includes('file-unreferenced'))).toHaveLength(11);
    expect(readJunit(await printed('junit', 10)).filter(({ name }) => name.includes('file-unref'))).toHaveLength(11);
    expect(readSarif(await printed('sarif', 10)).results).toHaveLength(11);
  });

  it('fail as they would if all were listed', async () => {
    const codes = ['1', '1000'].map(async (most) => {
      const { code } = await varve(['verify', path, '--max', `findings=${most}`, '--fail-on', 'hint', '--quiet']);
      return code;
    });
    expect(await Promise.all(codes)).toEqual([1, 1]);
  });
});
