/** The search for words with two meanings: names that two files export, each as a thing of its own. */
import ts from 'typescript';

/** What a file itself gives a name to and exports. What it only hands on from another file is that file's. */
export function exportedNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const node of source.statements) {
    if (ts.isExportDeclaration(node)) for (const name of namesOfList(node)) names.add(name);
    if (
      !ts.canHaveModifiers(node) ||
      !ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      continue;
    }
    if (ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) addBound(name, names);
    } else if ('name' in node && node.name !== undefined) {
      names.add((node.name as ts.Identifier).text);
    }
  }
  return names;
}

/** Names that stand in several files, with the files. */
export function namesTwice(exported: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const files = new Map<string, string[]>();
  for (const [path, names] of exported) {
    for (const name of names) files.set(name, [...(files.get(name) ?? []), path]);
  }
  return new Map([...files].filter(([, paths]) => paths.length > 1));
}

/** `export { x }` names what is here; `export { x } from` only where it gives another name. */
function namesOfList({ exportClause, moduleSpecifier }: ts.ExportDeclaration): string[] {
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
  const own = exportClause.elements.filter(
    ({ propertyName }) => moduleSpecifier === undefined || propertyName !== undefined,
  );
  return own.map(({ name }) => name.text);
}

function addBound(name: ts.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) names.add(name.text);
  else for (const each of name.elements) if (ts.isBindingElement(each)) addBound(each.name, names);
}
