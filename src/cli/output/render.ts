/**
 * The forms that every result shares: blocks as text or Markdown, and the document itself as JSON. Those for programs are
 * chosen in forms.ts.
 */
import { type Block, gap, type View } from '../../report/blocks/document.js';
import { isObeyed, pathWord } from '../../report/blocks/shell-words.js';
import { renderJson } from '../../report/forms/json.js';
import { renderMarkdown } from '../../report/forms/markdown.js';
import { renderText } from '../../report/forms/terminal.js';
import type { Context } from '../line/command.js';
import type { CommandLine, OptionValues } from '../line/read-options.js';
import type { Rendered } from './output.js';

const maxInputsLength = 60;
/** Of a terminal that does not say. */
const usualRows = 24;

type ViewOptions = Pick<CommandLine, 'words'> & OptionValues<'format'> & Partial<OptionValues<'verbose'>>;

/** How much the options ask to see. */
export function viewOf({ format, verbose = false, words }: ViewOptions): View {
  return { wide: format === 'wide', verbose, inputs: inputsText(words) };
}

/** The inputs as someone may type them again; standard input cannot be read twice, and long lists are `INPUT`. */
function inputsText(words: readonly string[]): string {
  const text = (words.length === 0 ? ['.'] : words).map(pathWord).join(' ');
  return words.includes('-') || words.some(isObeyed) || text.length > maxInputsLength ? 'INPUT' : text;
}

/**
 * The result in the form that the options ask for; `blocks` is called only where text is wanted. Of a result that begins with
 * a verdict (`judges`), a terminal shows it again at the end, where it would have scrolled away.
 */
export function renderResult(
  document: unknown,
  blocks: () => readonly Block[],
  options: OptionValues<'format' | 'output'> & Partial<OptionValues<'no-trunc'>>,
  context: Context,
  judges = false,
): Rendered {
  if (options.format === 'json') return renderJson(document);
  if (options.format === 'markdown') return renderMarkdown(blocks());
  // A file outlives the terminal that it was written from; wide means all of it, however narrow the terminal.
  const { color } = context.style;
  const width = options.format === 'wide' || options.truncate === false ? null : context.style.width;
  const style = options.output === null ? { color, width } : { color: false, width: null };
  const all = blocks();
  const text = renderText(all, style);
  return judges && options.output === null ? withVerdictAgain(all, text, context) : text;
}

/** The lines, and where a terminal has fewer rows than there are, the first line of the result once more. */
function* withVerdictAgain(all: readonly Block[], text: Iterable<string>, { style, io }: Context): Generator<string> {
  let lines = 1;
  for (const line of text) {
    yield line;
    lines += 1;
  }
  const [first] = all;
  // What has no headings is a list, and begins with its first item.
  if (style.width === null || first?.kind !== 'line' || !all.some(({ kind }) => kind === 'heading')) return;
  if (lines > (io.stdout.rows ?? usualRows)) yield* renderText([gap, first], style);
}
