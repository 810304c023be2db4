/**
 * A target of the guided fuzzing with a counter in each branch of the code of src that it uses: bundled into one script by
 * esbuild, each file rewritten by the compiler on the way. The counters are bytes of one array; which branch has which is
 * another order each time, since files are read side by side, and nothing may depend on it. The texts of the code come
 * along: what it compares its input with is what a mutation should try.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve, sep } from 'node:path';
import { compileFunction } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import ts from 'typescript';
import type { Target } from './target.js';

export interface Instrumented {
  readonly target: Target;
  /** One for each branch, how often it was taken since the counters were last set to zero, modulo 256. */
  readonly counters: Uint8Array;
  /** Short texts that the code has in it. */
  readonly words: readonly string[];
}

const counterName = '$taken';
const { factory } = ts;

/** The target of that file, which exports it as `target`, ready to run. `path` is relative to the repository. */
export async function instrument(path: string): Promise<Instrumented> {
  const branches = new Branches();
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    plugins: [countersIn(branches)],
  });
  // A counter more than needed in front, and words of 32 bits.
  const counters = new Uint8Array(Math.ceil((branches.count + 1) / 4) * 4);
  const script = compileFunction(outputFiles[0]?.text ?? '', ['module', 'require', counterName], { filename: path });
  const module: { exports: { target?: Target } } = { exports: {} };
  script(module, createRequire(import.meta.url), counters);
  const { target } = module.exports;
  if (target === undefined) throw new TypeError(`${path} exports no target`);
  return { target, counters, words: [...branches.words].sort() };
}

/** What was met in the files so far. */
class Branches {
  count = 0;
  readonly words = new Set<string>();
}

function countersIn(branches: Branches): Plugin {
  return {
    name: 'counters',
    setup(bundler) {
      const source = resolve('src') + sep;
      bundler.onLoad({ filter: /\.ts$/ }, ({ path }) =>
        path.startsWith(source) ? { contents: withCounters(readFileSync(path, 'utf8'), branches), loader: 'js' } : null,
      );
    },
  };
}

function withCounters(text: string, branches: Branches): string {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  const plain = ts.transpileModule(text, { compilerOptions }).outputText;
  const file = ts.createSourceFile('plain.js', plain, ts.ScriptTarget.ES2023, true);
  const { transformed } = ts.transform(file, [
    (context) => (root) => {
      const visit = (node: ts.Node): ts.Node => counted(node, ts.visitEachChild(node, visit, context), branches);
      return ts.visitEachChild(root, visit, context);
    },
  ]);
  return ts.createPrinter().printFile(transformed[0] ?? file);
}

/** The node with a counter in each branch that begins in it; `original` knows what it stands in. */
function counted(original: ts.Node, node: ts.Node, branches: Branches): ts.Node {
  const count = (): ts.Expression => {
    branches.count += 1;
    const counter = factory.createElementAccessExpression(factory.createIdentifier(counterName), branches.count);
    return factory.createPostfixIncrement(counter);
  };
  const statement = (): ts.Statement => factory.createExpressionStatement(count());
  const block = (body: ts.Statement | undefined): ts.Block => {
    const rest = body === undefined ? [] : ts.isBlock(body) ? body.statements : [body];
    return factory.createBlock([statement(), ...rest], true);
  };
  const before = (value: ts.Expression): ts.Expression =>
    factory.createParenthesizedExpression(factory.createComma(count(), value));

  if (ts.isStringLiteralLike(node)) collectWord(node.text, branches);
  if (ts.isIfStatement(node)) {
    return factory.updateIfStatement(node, node.expression, block(node.thenStatement), block(node.elseStatement));
  }
  if (ts.isConditionalExpression(node)) {
    const { condition, questionToken, whenTrue, colonToken, whenFalse } = node;
    return factory.updateConditionalExpression(
      node,
      condition,
      questionToken,
      before(whenTrue),
      colonToken,
      before(whenFalse),
    );
  }
  if (ts.isBinaryExpression(node) && chooses(node.operatorToken.kind)) {
    return factory.updateBinaryExpression(node, node.left, node.operatorToken, before(node.right));
  }
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
    const { modifiers, parameters, equalsGreaterThanToken, body } = node;
    return factory.updateArrowFunction(
      node,
      modifiers,
      undefined,
      parameters,
      undefined,
      equalsGreaterThanToken,
      before(body),
    );
  }
  if (ts.isCaseClause(node)) {
    return factory.updateCaseClause(node, node.expression, [statement(), ...node.statements]);
  }
  if (ts.isDefaultClause(node)) return factory.updateDefaultClause(node, [statement(), ...node.statements]);
  // Bodies of functions, loops and what is caught; those of an if have one already.
  if (ts.isBlock(node) && !ts.isIfStatement(original.parent)) return block(node);
  return node;
}

function chooses(operator: ts.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.AmpersandAmpersandToken ||
    operator === ts.SyntaxKind.BarBarToken ||
    operator === ts.SyntaxKind.QuestionQuestionToken ||
    operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    operator === ts.SyntaxKind.BarBarEqualsToken ||
    operator === ts.SyntaxKind.QuestionQuestionEqualsToken
  );
}

const longestWord = 40;

/** Messages are sentences, and no input looks like one. */
function collectWord(text: string, branches: Branches): void {
  if (text.length > 0 && text.length <= longestWord && !/\s\S*\s|^\.\.?\//.test(text)) branches.words.add(text);
}
