/**
 * Whether a file keeps to the limits of its run. They are made once, by `limitsWith`, where it is known what was asked for,
 * and handed on from there; a signature that falls back on the built-in ones would ignore `--max` in silence.
 */
import ts from 'typescript';

/** Where what was asked for becomes limits. */
const resolvingFiles: readonly string[] = [
  'src/scan/settings.ts',
  'src/library/look.ts',
  'src/cli/commands/look/run/inspect.ts',
  'src/cli/selection/registry-client.ts',
  'src/library/open-registries.ts',
  'src/library/store/carry-images.ts',
  // Reads nothing but what it has written itself.
  'src/machine/thread-rates.ts',
];

/** Limits that no run changes, or that stand where no run is. */
const builtIn: Readonly<Record<string, readonly string[]>> = {
  'src/model/foreign/documents.ts': ['configDepth'],
  'src/analysis/policy/policy-file.ts': ['policyBytes', 'policyDepth', 'policyAliases'],
  'src/cli/line/named-file.ts': ['policyBytes'],
  // An inventory may come from a file: how it was made does not count.
  'src/analysis/set/contested-tags.ts': ['findings'],
};

/** What a node says of limits that breaks the rule. */
export function judgeLimits(path: string, node: ts.Node): string[] {
  if (!path.startsWith('src/') || path === 'src/model/limits.ts') return [];
  if (isDefaulted(node)) return [`gives ${node.name.getText()} a default`];
  if (!ts.isImportDeclaration(node) || !/\/limits\.js'$/.test(node.moduleSpecifier.getText())) return [];
  const { namedBindings } = node.importClause ?? {};
  if (namedBindings === undefined || !ts.isNamedImports(namedBindings)) return ['imports limits as a whole'];
  return namedBindings.elements.flatMap((element) => {
    const imported = (element.propertyName ?? element.name).text;
    if (imported === 'limitsWith') return resolvingFiles.includes(path) ? [] : ['makes limits of its own'];
    return imported === 'limits' ? judgeBuiltIn(path, node.getSourceFile(), element.name.text) : [];
  });
}

function judgeBuiltIn(path: string, source: ts.SourceFile, name: string): string[] {
  const problems: string[] = [];
  const visit = (node: ts.Node): void => {
    if (!ts.isImportDeclaration(node)) ts.forEachChild(node, visit);
    if (!ts.isIdentifier(node) || node.text !== name || ts.isImportSpecifier(node.parent)) return;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
    const used = ts.isPropertyAccessExpression(parent) ? parent.name.text : null;
    if (used === null || !builtIn[path]?.includes(used)) problems.push(`takes the built-in ${used ?? 'limits'}`);
  };
  visit(source);
  return problems;
}

/** A parameter, or a part of one, that stands for limits and may be left out. */
function isDefaulted(node: ts.Node): node is ts.ParameterDeclaration | ts.BindingElement {
  if (!ts.isParameter(node) && !ts.isBindingElement(node)) return false;
  return node.initializer !== undefined && ts.isIdentifier(node.name) && /limits?$/i.test(node.name.text);
}
