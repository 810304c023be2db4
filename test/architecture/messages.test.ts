/**
 * What the library says names no option of the command: whoever calls it has no command line. With the name of a program
 * before it (`varve check --strict`, `docker save --platform`) an option is advice that anyone can follow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Rooms whose texts only the command shows. */
const commandRooms = /^src\/(?:cli|report|machine)\//;
const option = /(?<!(?:varve|docker|skopeo|podman|buildah)\b[^;:.,]*)(?<![\w-])--[a-z][a-z-]*/g;

/** The texts of a file: literals, and the parts of templates. */
function textsOf(path: string, text: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
  return texts;
}

const optionsIn = (path: string, text: string) => textsOf(path, text).flatMap((each) => each.match(option) ?? []);

describe('the texts of the library', () => {
  it('name no option of the command without the command', () => {
    const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .map((name) => `src/${name.replaceAll('\\', '/')}`)
      .filter((path) => path.endsWith('.ts') && !commandRooms.test(path));
    expect(paths.length).toBeGreaterThan(100);
    const found = paths.flatMap((path) =>
      optionsIn(path, readFileSync(path, 'utf8')).map((name) => `${path}: ${name}`),
    );
    // Options of Node itself.
    expect(found).toEqual([
      'src/threads/late-optimizer.ts: --invocation-count-for-turbofan',
      'src/threads/late-optimizer.ts: --interrupt-budget',
      'src/codec/zstd/zstd-wasm.ts: --expose-gc',
    ]);
  });

  it.each([
    ['a text', "throw new E('give --strict');", ['--strict']],
    ['a template', 'throw new E(`$' + '{a}: --max N`);', ['--max']],
    ['a text after the command', "x('varve check --strict does');", []],
    ['the command of another sentence', "x('varve is fine; leave --cache out');", ['--cache']],
    ['a comment', '// --strict', []],
  ])('are searched for them: %s', (_, text, found) => {
    expect(optionsIn('a.ts', text)).toEqual(found);
  });
});
