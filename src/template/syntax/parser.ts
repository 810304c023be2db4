/**
 * Tokens to a tree, with the grammar of Go's text/template. Functions and variables must be known here, as Go wants it: a
 * misspelt name is found before anything is printed. Variables live to the end of the block that declares them.
 */

import { TemplateError } from '../template-error.js';
import { limitFault, type TemplateLimits } from '../work.js';
import { parseCharacter, parseNumberConstant, parseString } from './constants.js';
import { type Token, type TokenType, tokenize } from './lexer.js';
import type { CommandNode, ControlNode, FieldName, Node, NumberConstant, Operand, Pipeline } from './nodes.js';
import type { SourceSpan, TemplateSource } from './source.js';
import { TokenReader } from './token-reader.js';

/** A template's parts by name; the template itself is the one without a name. */
export type Parts = ReadonlyMap<string, readonly Node[]>;

export interface ParsedTemplate {
  readonly parts: Parts;
  readonly actions: readonly SourceSpan[];
}

/** Throws TemplateError. */
export function parseSource(
  source: TemplateSource,
  functions: ReadonlySet<string>,
  limits: TemplateLimits,
): ParsedTemplate {
  if (source.text.length > limits.textCharacters) {
    const fault = limitFault('textCharacters', limits, 'the template is too long');
    throw new TemplateError('parse', fault, source.place({ start: 0, end: 0 }, []));
  }
  const tokens = tokenize(source.text);
  const read = new TokenReader(tokens, source, limits);
  return { parts: new Parser(read, functions).template(), actions: tokens.actions };
}

/** What ends a list of nodes. */
type ListEnd = { readonly type: 'end'; readonly token: Token } | { readonly type: 'else'; readonly token: Token };

/** What one part of the template knows while it is parsed. */
interface Scope {
  variables: string[];
  ranges: number;
}

const commandStarts: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'character',
  'dot',
  'field',
  'identifier',
  'left-parenthesis',
  'nil',
  'number',
  'raw-string',
  'string',
  'variable',
]);

class Parser {
  readonly #read: TokenReader;
  readonly #functions: ReadonlySet<string>;
  readonly #parts = new Map<string, readonly Node[]>();
  #scope: Scope = { variables: ['$'], ranges: 0 };

  constructor(read: TokenReader, functions: ReadonlySet<string>) {
    this.#read = read;
    this.#functions = functions;
  }

  template(): Parts {
    const nodes: Node[] = [];
    while (this.#read.peek().type !== 'end') {
      if (this.#definition()) continue;
      const node = this.#node();
      if (node.type === 'end' || node.type === 'else') this.#read.unexpected(node.token, 'outside of a block');
      nodes.push(node);
    }
    this.#addPart('', nodes, this.#read.peek());
    return this.#parts;
  }

  #addPart(name: string, nodes: readonly Node[], at: SourceSpan): void {
    const earlier = this.#parts.get(name);
    if (earlier === undefined || isBlank(earlier)) this.#parts.set(name, nodes);
    else if (!isBlank(nodes)) this.#read.fail('syntax', at, 'the template is defined twice');
  }

  /** `{{define "name"}}…{{end}}`, which stands outside of every block. */
  #definition(): boolean {
    const start = this.#read.position;
    const isOpen = this.#read.next().type === 'open';
    const keyword = isOpen ? this.#read.nextWord() : null;
    if (keyword?.type !== 'keyword' || keyword.text !== 'define') {
      this.#read.position = start;
      return false;
    }
    const token = this.#read.nextWord();
    const name = this.#templateName(token);
    this.#read.expectClose('after the name of a template');
    this.#addPart(name, this.#separatePart(), token);
    return true;
  }

  /** The nodes of a `define` or `block`, up to its `end`; it sees no variables but `$`. */
  #separatePart(): readonly Node[] {
    const outer = this.#scope;
    this.#scope = { variables: ['$'], ranges: 0 };
    const { nodes, end } = this.#list();
    if (end.type !== 'end') this.#read.unexpected(end.token, 'in a template of its own');
    this.#scope = outer;
    return nodes;
  }

  #list(): { nodes: readonly Node[]; end: ListEnd } {
    const nodes: Node[] = [];
    this.#read.enter(this.#read.peekWord());
    while (this.#read.peekWord().type !== 'end') {
      const node = this.#node();
      if (node.type === 'end' || node.type === 'else') {
        this.#read.leave();
        return { nodes, end: node };
      }
      nodes.push(node);
    }
    return this.#read.fail('syntax', this.#read.peek(), 'an {{end}} is missing');
  }

  #node(): Node | ListEnd {
    const token = this.#read.nextWord();
    if (token.type === 'text') return { type: 'text', text: token.text };
    if (token.type !== 'open') this.#read.unexpected(token, 'here');
    const word = this.#read.peekWord();
    if (word.type === 'keyword') {
      this.#read.nextWord();
      return this.#keyword(word);
    }
    return { type: 'action', pipeline: this.#pipeline('action', 'close') };
  }

  #keyword(token: Token): Node | ListEnd {
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#control(token.text, token);
      case 'end':
        this.#read.expectClose('after end');
        return { type: 'end', token };
      case 'else':
        return this.#else(token);
      case 'break':
      case 'continue':
        this.#read.expectClose(`after ${token.text}`);
        if (this.#scope.ranges === 0) this.#read.fail('syntax', token, `${token.text} outside of a range`);
        return { type: token.text, span: token };
      case 'template':
        return this.#templateCall();
      case 'block':
        return this.#block();
      default:
        return this.#read.unexpected(token, 'inside of a block');
    }
  }

  #else(token: Token): ListEnd {
    const next = this.#read.peekWord();
    const chains = next.type === 'keyword' && (next.text === 'if' || next.text === 'with');
    if (!chains) this.#read.expectClose('after else');
    return { type: 'else', token };
  }

  #control(type: ControlNode['type'], span: Token): ControlNode {
    const variables = this.#scope.variables.length;
    const pipeline = this.#pipeline(type, 'close');
    if (type === 'range') this.#scope.ranges += 1;
    const { nodes: body, end } = this.#list();
    if (type === 'range') this.#scope.ranges -= 1;
    const otherwise = end.type === 'else' ? this.#otherwise(type) : null;
    this.#scope.variables.length = variables;
    return { type, span, pipeline, body, otherwise };
  }

  #otherwise(type: ControlNode['type']): readonly Node[] {
    const next = this.#read.peek();
    // `else if` continues an if, `else with` a with: one block in the other that share their end.
    if (next.type === 'keyword' && next.text === type && type !== 'range') {
      this.#read.next();
      this.#read.enter(next);
      const chained = this.#control(type, next);
      this.#read.leave();
      return [chained];
    }
    const { nodes, end } = this.#list();
    if (end.type !== 'end') this.#read.fail('syntax', end.token, 'a second else');
    return nodes;
  }

  #templateCall(): Node {
    const span = this.#read.nextWord();
    const name = this.#templateName(span);
    if (this.#read.peekWord().type === 'close') {
      this.#read.nextWord();
      return { type: 'template', span, name, pipeline: null };
    }
    return { type: 'template', span, name, pipeline: this.#pipeline('template', 'close') };
  }

  #block(): Node {
    const span = this.#read.nextWord();
    const name = this.#templateName(span);
    const pipeline = this.#pipeline('block', 'close');
    this.#addPart(name, this.#separatePart(), span);
    return { type: 'template', span, name, pipeline };
  }

  #templateName(token: Token): string {
    if (token.type !== 'string' && token.type !== 'raw-string')
      this.#read.unexpected(token, 'where a name in quotes is due');
    return this.#string(token);
  }

  #pipeline(context: string, end: 'close' | 'right-parenthesis'): Pipeline {
    const { start } = this.#read.peekWord();
    const { variables, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    while (this.#read.peekWord().type !== end) {
      const token = this.#read.peekWord();
      if (!commandStarts.has(token.type)) this.#read.unexpected(token, 'where a value or function is due');
      commands.push(this.#command());
    }
    const close = this.#read.nextWord();
    if (commands.length === 0) this.#read.fail('syntax', close, `the ${context} has no value`);
    const constant = commands.slice(1).find(({ first }) => !isCallable(first));
    if (constant !== undefined)
      this.#read.fail('syntax', constant.first.span, 'a pipeline goes on into what is no function');
    return { span: { start, end: close.start }, variables, assigns, commands };
  }

  #declarations(context: string): { variables: readonly string[]; assigns: boolean } {
    const variables: string[] = [];
    for (let more = true; more && this.#read.peekWord().type === 'variable'; ) {
      const start = this.#read.position;
      const variable = this.#read.next();
      const next = this.#read.nextWord();
      if (next.type === 'assign' || next.type === 'declare') {
        variables.push(variable.text);
        this.#scope.variables.push(variable.text);
        return { variables, assigns: next.type === 'assign' };
      }
      more = next.type === 'other' && next.text === ',';
      if (!more) {
        this.#read.position = start;
        break;
      }
      variables.push(variable.text);
      this.#scope.variables.push(variable.text);
      if (context !== 'range' || variables.length > 1) this.#read.fail('syntax', next, 'too many variables');
      const second: TokenType = this.#read.peekWord().type;
      if (second !== 'variable' && second !== 'close' && second !== 'right-parenthesis') {
        this.#read.unexpected(this.#read.peek(), 'where a second variable is due');
      }
    }
    return { variables, assigns: false };
  }

  #command(): CommandNode {
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== null) operands.push(operand);
      const token = this.#read.next();
      if (token.type === 'space') continue;
      if (token.type === 'close' || token.type === 'right-parenthesis') this.#read.back();
      else if (token.type !== 'pipe') this.#read.unexpected(token, 'after a value');
      break;
    }
    const [first, ...rest] = operands;
    if (first === undefined) return this.#read.fail('syntax', this.#read.peek(), 'a command is empty');
    return { first, arguments: rest };
  }

  /** A term with the fields that follow it at once; null where no term stands. */
  #operand(): Operand | null {
    const term = this.#term();
    if (term === null || this.#read.peek().type !== 'field') return term;
    const fields: FieldName[] = [];
    while (this.#read.peek().type === 'field') fields.push(fieldName(this.#read.next()));
    const span = { start: term.span.start, end: fields.at(-1)?.end ?? term.span.end };
    if (term.type === 'path') return { ...term, span, fields: [...term.fields, ...fields] };
    if (term.type === 'function' || term.type === 'pipeline') return { type: 'path', span, base: term, fields };
    return this.#read.fail('syntax', span, 'a field of what has no fields');
  }

  #term(): Operand | null {
    const start = this.#read.position;
    const token = this.#read.nextWord();
    switch (token.type) {
      case 'identifier':
        if (!this.#functions.has(token.text)) this.#read.fail('unknown-name', token, 'there is no such function');
        return { type: 'function', span: token, name: token.text };
      case 'dot':
      case 'nil':
        return { type: token.type, span: token };
      case 'variable':
        return this.#variable(token);
      case 'field':
        return { type: 'path', span: token, base: 'dot', fields: [fieldName(token)] };
      case 'bool':
        return { type: 'bool', span: token, value: token.text === 'true' };
      case 'number':
      case 'character':
        return { type: 'number', span: token, value: this.#number(token) };
      case 'string':
      case 'raw-string':
        return { type: 'string', span: token, value: this.#string(token) };
      case 'left-parenthesis': {
        this.#read.enter(token);
        const pipeline = this.#pipeline('parenthesis', 'right-parenthesis');
        this.#read.leave();
        return { type: 'pipeline', span: { start: token.start, end: pipeline.span.end + 1 }, pipeline };
      }
      default:
        this.#read.position = start;
        return null;
    }
  }

  #variable(token: Token): Operand {
    if (!this.#scope.variables.includes(token.text)) {
      this.#read.fail('unknown-name', token, 'there is no such variable');
    }
    return { type: 'path', span: token, base: { variable: token.text }, fields: [] };
  }

  #number(token: Token): NumberConstant {
    const value = token.type === 'character' ? parseCharacter(token.text) : parseNumberConstant(token.text);
    return value ?? this.#read.fail('syntax', token, `not a ${token.type}`);
  }

  #string(token: Token): string {
    return parseString(token.text) ?? this.#read.fail('syntax', token, 'a string with an escape that means nothing');
  }
}

function fieldName(token: Token): FieldName {
  return { name: token.text.slice(1), start: token.start, end: token.end };
}

/** Whether an operand may stand where a function is due; of a field only execution knows that it is none. */
function isCallable({ type }: Operand): boolean {
  return type === 'path' || type === 'function' || type === 'pipeline';
}

/** Whether a part says nothing: it may be defined again. */
function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.type === 'text' && /^\p{White_Space}*$/u.test(node.text));
}
