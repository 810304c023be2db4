/**
 * What can be wrong with a template, and where. The parser and the evaluator know the place and throw `TemplateError`;
 * functions and formatters, which see values only, throw a `TemplateFault` that the evaluator gives its place. The text of a
 * template is the user's own, but a message may go to a terminal: whoever prints it has to make it safe first.
 */
import { VarveError } from '../model/error.js';

export type TemplateErrorKind =
  | 'syntax' // the text is no template
  | 'unknown-name' // no such function, variable or template
  | 'no-field' // the data has no such field, or nothing where a field of it is asked for
  | 'wrong-type' // a value that the function or action cannot use
  | 'wrong-count' // too many or too few arguments
  | 'out-of-range' // an index, length or count that the value does not have
  | 'limit'; // one of `templateLimits`

/** Trouble without a place. Functions that a caller adds throw it too, for an error that is the template's fault. */
export class TemplateFault extends Error {
  readonly kind: TemplateErrorKind;

  constructor(kind: TemplateErrorKind, message: string) {
    super(message);
    this.name = 'TemplateFault';
    this.kind = kind;
  }
}

export interface TemplatePlace {
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in characters of that line as the user typed it. */
  readonly column: number;
  /** The piece of the template that is at fault; empty at its end. */
  readonly token: string;
  /** The whole `{{…}}` around it; empty outside of one. */
  readonly action: string;
}

/** The one error that parsing and executing a template throw; always a VarveError with code `usage`. */
export class TemplateError extends VarveError {
  readonly kind: TemplateErrorKind;
  readonly stage: 'parse' | 'execute';
  readonly place: TemplatePlace;

  constructor(stage: 'parse' | 'execute', fault: TemplateFault, place: TemplatePlace) {
    super('usage', sentence(fault.message, place), { cause: fault });
    this.name = 'TemplateError';
    this.stage = stage;
    this.kind = fault.kind;
    this.place = place;
  }
}

function sentence(complaint: string, { line, column, token, action }: TemplatePlace): string {
  const where = line === 1 ? `column ${column}` : `line ${line}, column ${column}`;
  const around = action === '' || action === token ? '' : ` in ${excerpt(action)}`;
  const near = token === '' ? '' : ` (${excerpt(token)}${around})`;
  return `template, ${where}: ${complaint}${near}`;
}

function excerpt(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : text;
}
