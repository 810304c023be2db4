/**
 * Looks at one source file and lists what breaks the rules of the house. It reads the syntax tree, so that a word in a
 * comment or a string is not taken for code; it needs no other file and no types.
 */
import { posix } from 'node:path';
import ts from 'typescript';
import { emptyNames, type Folder, maxFileLines, processFile, pureDoors, rooms } from './house-rules.js';
import { judgeLimits } from './limit-rules.js';

/** One thing that a file imports. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  /** Gone at run time: `import type`, `export type`, or `import()` in a type. */
  readonly typeOnly: boolean;
}

/** What breaks a rule in a file; `path` is relative to the repository, with slashes. */
export function violations(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const problems = [
    ...importsOf(path, source).flatMap(judgeImport),
    ...judgeText(path, text),
    ...nodesOf(source).flatMap((node) => [...judgeNode(path, node), ...judgeLimits(path, node)]),
  ];
  return problems.map((problem) => `${path}: ${problem}`);
}

/** The imports of a file, in the order of its text. */
export function importsOf(path: string, source: ts.SourceFile): Import[] {
  const found: Import[] = [];
  for (const node of nodesOf(source)) {
    const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
      if (specifier === undefined) return;
      found.push({ from: path, specifier: ts.isStringLiteralLike(specifier) ? specifier.text : '', typeOnly });
    };
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    }
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
  }
  return found;
}

/** The file that a relative import means. */
export function importedFile({ from, specifier }: Import): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}

/** The room of a file, or null where it is in none. */
export function roomOf(path: string): Folder | null {
  const [top, second, third] = path.split('/');
  const name = top === 'src' && third !== undefined ? second : top;
  return name !== undefined && Object.hasOwn(rooms, name) ? (name as Folder) : null;
}

/** `@scope/name` or `name` of a bare import. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function judgeImport(line: Import): string[] {
  const { from, specifier, typeOnly } = line;
  const folder = roomOf(from);
  if (folder === null) return ['belongs to no folder of the house'];
  const { packages, bundled, pure } = rooms[folder];
  if (specifier === '') return ['imports something that is only known at run time'];
  if (specifier.startsWith('node:')) {
    if (pure) return [`imports ${specifier}, and ${folder} is free of Node`];
    const isAllowed = folder === 'cli' || from === processFile;
    return specifier === 'node:process' && !isAllowed ? ['imports node:process outside src/cli'] : [];
  }
  if (specifier.startsWith('.')) return judgeNeighbour(folder, importedFile(line), typeOnly);
  if (specifier.startsWith('#')) return [`imports ${specifier}, which is for Node's resolver only`];
  const allowed: readonly string[] = [...packages, ...bundled];
  return allowed.includes(packageOf(specifier)) ? [] : [`imports ${specifier}, which does not belong to ${folder}`];
}

function judgeNeighbour(folder: Folder, target: string, typeOnly: boolean): string[] {
  const other = roomOf(target);
  if (other === folder) return [];
  const { knows, knowsTypesOf, pure }: { knows: readonly string[]; knowsTypesOf: readonly string[]; pure: boolean } =
    rooms[folder];
  if (other === null) return [`imports ${target}, which is outside the house`];
  if (knowsTypesOf.includes(other))
    return typeOnly ? [] : [`imports values of ${other}, and ${folder} knows its types only`];
  if (!knows.includes(other)) return [`imports ${target}, and ${folder} may not know ${other}`];
  if (pure && !typeOnly && !rooms[other].pure && !pureDoors[other]?.includes(target)) {
    return [`imports ${target}, which is not free of Node`];
  }
  return [];
}

function judgeText(path: string, text: string): string[] {
  const problems: string[] = [];
  const lines = text.split('\n').length - 1;
  if (lines > maxFileLines) problems.push(`has ${lines} lines, more than ${maxFileLines}`);
  if (!/^(?:#!.*\n)?\/\*\*/.test(text)) problems.push('does not begin with a comment that says what it is for');
  const mark = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(text);
  if (mark !== null) problems.push(`holds a ${mark[0]}`);
  const name = posix.basename(path, '.ts');
  if (path.split('/').some((part) => emptyNames.includes(posix.basename(part, '.ts')))) {
    problems.push('has a name that says nothing');
  }
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)) problems.push('is not named in kebab-case');
  return problems;
}

function judgeNode(path: string, node: ts.Node): string[] {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return ['uses any'];
  if (isDefaultExport(node) && !path.startsWith('workers/')) return ['exports a default'];
  if (isUseOf(node, connecting))
    return [`uses ${node.getText()}, and connections are opened by src/remote, with undici`];
  if (!path.startsWith('src/cli/') && path !== processFile && isUseOf(node, ofTheProcess))
    return [`uses ${node.getText()} outside src/cli`];
  return [];
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

const ofTheProcess = ['process', 'console'];
/** What speaks to others without an import. */
const connecting = ['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest'];

/** One of these names as a variable, not as a property or a key of that name. */
function isUseOf(node: ts.Node, names: readonly string[]): boolean {
  if (!ts.isIdentifier(node) || !names.includes(node.text)) return false;
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !(ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent));
}

function nodesOf(source: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    nodes.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return nodes;
}
