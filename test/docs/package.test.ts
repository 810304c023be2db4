/** What is packed hangs together: no link of a page leads to a file that npm does not take along. */
import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { localLinksOf, readPage } from './page.js';

let packed: ReadonlySet<string>;

beforeAll(() => {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  packed = new Set(files.map(({ path }) => path));
});

/** Links of a packed page, also those of images and in HTML, to what is not packed. */
function deadLinksOf(page: string): string[] {
  const text = readPage(page);
  const html = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)].flatMap(([, to = '']) =>
    /^(?:[a-z]+:|#)/.test(to) ? [] : to,
  );
  return [...localLinksOf(text), ...html].filter((link) => {
    const [to = ''] = link.split('#');
    const target = posix.join(posix.dirname(page), to).replace(/\/$/, '');
    return to !== '' && !packed.has(target) && ![...packed].some((path) => path.startsWith(`${target}/`));
  });
}

describe('the package', () => {
  it('has the pages that a user reads, and the code', () => {
    const needed = [
      'README.md',
      'SECURITY.md',
      'CHANGELOG.md',
      'docs/library.md',
      'docs/ci/README.md',
      'dist/src/index.d.ts',
    ];
    expect(needed.filter((path) => !packed.has(path))).toEqual([]);
  });

  it('has no page with a link to a file that is not in it', () => {
    const pages = [...packed].filter((path) => path.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.flatMap((page) => deadLinksOf(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });
});
