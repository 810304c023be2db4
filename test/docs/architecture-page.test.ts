/** ARCHITECTURE.md shows the rules that are checked, the dependencies that are installed, and the scripts that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rooms } from '../architecture/house-rules.js';
import { readPage, rowsOf, sectionOf } from './page.js';

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly hasInstallScript?: boolean;
        readonly dev?: boolean;
        readonly optional?: boolean;
        readonly os?: readonly string[];
      }
    >
  >;
}

const page = readPage('ARCHITECTURE.md');
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
};

const folderOf = (room: string): string => (['src', 'workers'].includes(room) ? room : `src/${room}`);

describe('the table of rooms in ARCHITECTURE.md', () => {
  const rows = rowsOf(sectionOf(page, '## The rooms'));

  it.each(Object.entries(rooms))(
    'shows what %s may import',
    (name, { knows, knowsTypesOf, packages, bundled, pure }) => {
      const [, , imports, libraries, free] = rows.find(([folder]) => folder === folderOf(name)) ?? [];
      const types = knowsTypesOf.length === 0 ? [] : [`types of ${knowsTypesOf.join(', ')}`];
      expect(imports).toBe([...knows, ...types].join(', '));
      expect(libraries).toBe([...packages, ...bundled].join(', '));
      expect(free).toBe(pure ? 'yes' : '');
    },
  );

  it('has no other room', () => {
    expect(rows.map(([folder]) => folder).sort()).toEqual(Object.keys(rooms).map(folderOf).sort());
  });
});

describe('the dependencies', () => {
  it('stand in ARCHITECTURE.md with the versions that are installed', () => {
    const listed = rowsOf(sectionOf(page, '## Dependencies')).map(([name = '', version]) => [name, version]);
    expect(Object.fromEntries(listed)).toEqual(manifest.dependencies);
    expect(listed.map(([name = '']) => [name, lock.packages[`node_modules/${name}`]?.version])).toEqual(listed);
  });

  it('that are bundled into the pages stand there too', () => {
    const bundled = Object.values(rooms).flatMap((room) => room.bundled as readonly string[]);
    const listed = rowsOf(sectionOf(page, '## Bundled')).map(([name, version]) => [name, version]);
    expect(listed).toEqual(bundled.map((name) => [name, lock.packages[`node_modules/${name}`]?.version]));
  });

  it('are as many as SECURITY.md says', () => {
    const installed = Object.entries(lock.packages).filter(
      ([path, { dev, optional }]) => path !== '' && !dev && !optional,
    );
    const [, direct, all] = /(\d+) packages, (\d+)\s+with all that they need/.exec(readPage('SECURITY.md')) ?? [];
    expect([direct, all]).toEqual([String(Object.keys(manifest.dependencies).length), String(installed.length)]);
  });

  it('come with the optional ones that SECURITY.md names', () => {
    const optional = Object.entries(lock.packages).filter(([, { dev, optional }]) => optional && !dev);
    const names = optional.map(([path]) => path.replace('node_modules/', ''));
    const forMachines = names.filter((name) => name.startsWith('@napi-rs/nice-'));
    expect(names.filter((name) => !forMachines.includes(name))).toEqual(['@colors/colors', '@napi-rs/nice']);
    // Of those for machines, npm installs the one that fits.
    expect(optional.filter(([, { os }]) => os !== undefined)).toHaveLength(forMachines.length);
    expect(readPage('SECURITY.md')).toContain('npm adds 3 optional ones: `@colors/colors`, and\n  `@napi-rs/nice`');
  });

  it('have no install script, and neither has what they need', () => {
    const scripted = Object.entries(lock.packages).filter(([, facts]) => facts.hasInstallScript && !facts.dev);
    expect(scripted.map(([path]) => path)).toEqual([]);
  });
});

describe('the map in CONTRIBUTING.md', () => {
  const contributing = readPage('CONTRIBUTING.md');

  it('names scripts that there are', () => {
    const commands = rowsOf(sectionOf(contributing, '## Commands')).map(([command = '']) => command);
    const scripts = commands.flatMap((command) => /^npm run (\S+)$/.exec(command)?.[1] ?? []);
    expect(scripts.length).toBeGreaterThan(4);
    expect(scripts.filter((script) => !Object.hasOwn(manifest.scripts, script))).toEqual([]);
  });

  it('leads to files that there are', () => {
    const places = rowsOf(sectionOf(contributing, '## What is where')).map(([, place = '']) => place);
    const missing = places.flatMap((place) => {
      const paths = [...`\`${place}\``.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path);
      const folder = paths[0]?.slice(0, paths[0].lastIndexOf('/') + 1) ?? '';
      const named = paths.map((path) => (path.includes('/') ? path : `${folder}${path}`));
      return named.filter((path) => !existsSync(path));
    });
    expect(missing).toEqual([]);
  });
});
