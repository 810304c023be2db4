/**
 * The titles of the tests of a file, as a failure prints them: those of the `describe` around each, then its own. A title that is
 * computed stands there as it is written, `${when}`, and so does a placeholder of `it.each`.
 */
import ts from 'typescript';

export interface Title {
  /** Those of `describe`, from the outside. */
  readonly around: readonly string[];
  readonly own: string;
}

/** The titles of all tests in a source text. */
export function titlesOf(path: string, text: string): Title[] {
  const titles: Title[] = [];
  const visit = (node: ts.Node, around: readonly string[]): void => {
    const call = testCallOf(node);
    if (call?.name === 'it') titles.push({ around, own: call.title });
    else ts.forEachChild(node, (child) => visit(child, call === null ? around : [...around, call.title]));
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true), []);
  return titles;
}

/** A call like `it(title, work)` or `describe.each(cases)(title, work)`; `it.each(cases)` by itself names no test. */
function testCallOf(node: ts.Node): { readonly name: string; readonly title: string } | null {
  if (!ts.isCallExpression(node)) return null;
  const [title, work] = node.arguments;
  if (title === undefined || work === undefined || isEach(node.expression)) return null;
  const name = calledName(node.expression);
  if (name !== 'it' && name !== 'describe') return null;
  return { name, title: ts.isStringLiteralLike(title) ? title.text : title.getText() };
}

const isEach = (called: ts.Expression): boolean => ts.isPropertyAccessExpression(called) && called.name.text === 'each';

/** `it` of `it`, of `it.each(cases)` and of `it.skipIf(reason)`. */
function calledName(called: ts.Expression): string {
  if (ts.isIdentifier(called)) return called.text;
  return ts.isCallExpression(called) || ts.isPropertyAccessExpression(called) ? calledName(called.expression) : '';
}

/** A whole title that is the name of a case: what it says is up to the table of cases. */
const isOfTheCase = /^(?:[%$]\w+(?: > |$))+$/;
/** What a test does that stands in no `describe`: its title has to name who does it. */
const predicate =
  /^(?:is|are|has|have|does|may|can|cannot|names|takes|gives|makes|writes|reads|fails|refuses|keeps|tells|finds|counts|says|shows|leaves|compresses|lists|prints|adds|ends|never|accepts|decodes)\b/;
const fewestWords = 5;

/** What is wrong with a title, or null: a failure that prints it has to say which behaviour is gone. */
export function faultOf({ around, own }: Title): string | null {
  const whole = [...around, own].join(' > ');
  if (isOfTheCase.test(whole) || isOfTheCase.test(own)) return null;
  if (whole.split(/[\s>]+/).length < fewestWords) return `fewer than ${fewestWords} words: ${whole}`;
  return around.length === 0 && predicate.test(own) ? `nobody who does it: ${whole}` : null;
}
