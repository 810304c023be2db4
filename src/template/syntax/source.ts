/**
 * The text of a template beside the text that the user typed. docker turns `\t` and `\n` into a tab and a line end before
 * it parses a format, and `table` stands before the template itself; an error must still name the column that the user
 * sees. Offsets everywhere else in this folder count in `text`; only `place` translates them.
 */
import type { TemplatePlace } from '../template-error.js';

/** A piece of a source's `text`. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

export interface SourceOptions {
  /** Whether `\t` and `\n` stand for a tab and a line end, also inside of actions, as in docker's formats. */
  readonly unescape?: boolean;
  /** Characters before the template that are not part of it, as `table ` is not. */
  readonly skip?: number;
}

export class TemplateSource {
  /** What is parsed. */
  readonly text: string;
  readonly #typed: string;
  readonly #skip: number;
  /** Where in `text` an escape was put for two characters. */
  readonly #escapes: readonly number[];

  constructor(typed: string, { unescape: unescapes = false, skip = 0 }: SourceOptions = {}) {
    const escapes: number[] = [];
    const template = typed.slice(skip);
    this.text = unescapes
      ? template.replace(/\\[tn]/g, (found, offset: number) => {
          escapes.push(offset - escapes.length);
          return found === '\\t' ? '\t' : '\n';
        })
      : template;
    this.#typed = typed;
    this.#skip = skip;
    this.#escapes = escapes;
  }

  /** The place of a token; `actions` are the spans of all `{{…}}`, in order. */
  place(token: SourceSpan, actions: readonly SourceSpan[]): TemplatePlace {
    const action = actions.findLast(({ start, end }) => start <= token.start && token.start < end);
    const before = this.#typed.slice(0, this.#typedOffset(token.start));
    const line = before.split('\n');
    return {
      line: line.length,
      column: Array.from(line.at(-1) ?? '').length + 1,
      token: this.#asTyped(token).trimEnd(),
      action: action === undefined ? '' : this.#asTyped(action),
    };
  }

  #asTyped({ start, end }: SourceSpan): string {
    return this.#typed.slice(this.#typedOffset(start), this.#typedOffset(end));
  }

  #typedOffset(offset: number): number {
    let escapes = 0;
    while (escapes < this.#escapes.length && (this.#escapes[escapes] ?? 0) < offset) escapes += 1;
    return this.#skip + offset + escapes;
  }
}
