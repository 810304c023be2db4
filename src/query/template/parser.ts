/**
 * Tokens to a tree, with the grammar of Go's text/template. Functions and variables must be known here, as Go wants it: a
 * misspelt name is found before anything is printed. Variables live to the end of the block that declares them.
 */
import { parseCharacter, parseNumber, parseString } from './constants.js';
import { type Token, type Tokens, type TokenType, tokenize } from './lexer.js';
import type { Command, Control, FieldName, Node, NumberConstant, Operand, Pipeline } from './nodes.js';
import type { Source, Span } from './source.js';
import { Fault, TemplateError, type TemplateErrorKind } from './template-error.js';
import { limitFault, type TemplateLimits } from './work.js';

/** A template's parts by name; the template itself is the one without a name. */
export type Parts = ReadonlyMap<string, readonly Node[]>;

export interface ParsedTemplate {
  readonly parts: Parts;
  readonly actions: readonly Span[];
}

/** Throws TemplateError. */
export function parse(source: Source, functions: ReadonlySet<string>, limits: TemplateLimits): ParsedTemplate {
  if (source.text.length > limits.textCharacters) {
    const fault = limitFault('textCharacters', limits, 'the template is too long');
    throw new TemplateError('parse', fault, source.place({ start: 0, end: 0 }, []));
  }
  const tokens = tokenize(source.text);
  return { parts: new Parser(source, tokens, functions, limits).template(), actions: tokens.actions };
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
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  readonly #actions: readonly Span[];
  readonly #functions: ReadonlySet<string>;
  readonly #limits: TemplateLimits;
  readonly #parts = new Map<string, readonly Node[]>();
  #scope: Scope = { variables: ['$'], ranges: 0 };
  #at = 0;
  #depth = 0;

  constructor(source: Source, tokens: Tokens, functions: ReadonlySet<string>, limits: TemplateLimits) {
    this.#source = source;
    this.#tokens = tokens.tokens;
    this.#actions = tokens.actions;
    this.#functions = functions;
    this.#limits = limits;
  }

  template(): Parts {
    const nodes: Node[] = [];
    while (this.#peek().type !== 'end') {
      if (this.#definition()) continue;
      const node = this.#node();
      if (node.type === 'end' || node.type === 'else') this.#unexpected(node.token, 'outside of a block');
      nodes.push(node);
    }
    this.#addPart('', nodes, this.#peek());
    return this.#parts;
  }

  #addPart(name: string, nodes: readonly Node[], at: Span): void {
    const earlier = this.#parts.get(name);
    if (earlier === undefined || isBlank(earlier)) this.#parts.set(name, nodes);
    else if (!isBlank(nodes)) this.#fail('syntax', at, `the template ${JSON.stringify(name)} is defined twice`);
  }

  /** `{{define "name"}}…{{end}}`, which stands outside of every block. */
  #definition(): boolean {
    const start = this.#at;
    const isOpen = this.#next().type === 'open';
    const keyword = isOpen ? this.#nextWord() : null;
    if (keyword?.type !== 'keyword' || keyword.text !== 'define') {
      this.#at = start;
      return false;
    }
    const token = this.#nextWord();
    const name = this.#templateName(token);
    this.#expectClose('after the name of a template');
    this.#addPart(name, this.#separatePart(), token);
    return true;
  }

  /** The nodes of a `define` or `block`, up to its `end`; it sees no variables but `$`. */
  #separatePart(): readonly Node[] {
    const outer = this.#scope;
    this.#scope = { variables: ['$'], ranges: 0 };
    const { nodes, end } = this.#list();
    if (end.type !== 'end') this.#unexpected(end.token, 'in a template of its own');
    this.#scope = outer;
    return nodes;
  }

  #list(): { nodes: readonly Node[]; end: ListEnd } {
    const nodes: Node[] = [];
    this.#enter(this.#peekWord());
    while (this.#peekWord().type !== 'end') {
      const node = this.#node();
      if (node.type === 'end' || node.type === 'else') {
        this.#depth -= 1;
        return { nodes, end: node };
      }
      nodes.push(node);
    }
    return this.#fail('syntax', this.#peek(), 'an {{end}} is missing');
  }

  #node(): Node | ListEnd {
    const token = this.#nextWord();
    if (token.type === 'text') return { type: 'text', text: token.text };
    if (token.type !== 'open') this.#unexpected(token, 'here');
    const word = this.#peekWord();
    if (word.type === 'keyword') {
      this.#nextWord();
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
        this.#expectClose('after end');
        return { type: 'end', token };
      case 'else':
        return this.#else(token);
      case 'break':
      case 'continue':
        this.#expectClose(`after ${token.text}`);
        if (this.#scope.ranges === 0) this.#fail('syntax', token, `${token.text} outside of a range`);
        return { type: token.text, span: token };
      case 'template':
        return this.#templateCall(token);
      case 'block':
        return this.#block(token);
      default:
        return this.#unexpected(token, 'inside of a block');
    }
  }

  #else(token: Token): ListEnd {
    const next = this.#peekWord();
    const chains = next.type === 'keyword' && (next.text === 'if' || next.text === 'with');
    if (!chains) this.#expectClose('after else');
    return { type: 'else', token };
  }

  #control(type: Control['type'], span: Token): Control {
    const variables = this.#scope.variables.length;
    const pipeline = this.#pipeline(type, 'close');
    if (type === 'range') this.#scope.ranges += 1;
    const { nodes: body, end } = this.#list();
    if (type === 'range') this.#scope.ranges -= 1;
    const otherwise = end.type === 'else' ? this.#otherwise(type) : null;
    this.#scope.variables.length = variables;
    return { type, span, pipeline, body, otherwise };
  }

  #otherwise(type: Control['type']): readonly Node[] {
    const next = this.#peek();
    // `else if` continues an if, `else with` a with: one block in the other that share their end.
    if (next.type === 'keyword' && next.text === type && type !== 'range') {
      this.#next();
      this.#enter(next);
      const chained = this.#control(type, next);
      this.#depth -= 1;
      return [chained];
    }
    const { nodes, end } = this.#list();
    if (end.type !== 'end') this.#fail('syntax', end.token, 'a second else');
    return nodes;
  }

  #templateCall(span: Token): Node {
    const name = this.#templateName(this.#nextWord());
    if (this.#peekWord().type === 'close') {
      this.#nextWord();
      return { type: 'template', span, name, pipeline: null };
    }
    return { type: 'template', span, name, pipeline: this.#pipeline('template', 'close') };
  }

  #block(span: Token): Node {
    const token = this.#nextWord();
    const name = this.#templateName(token);
    const pipeline = this.#pipeline('block', 'close');
    this.#addPart(name, this.#separatePart(), token);
    return { type: 'template', span, name, pipeline };
  }

  #templateName(token: Token): string {
    if (token.type !== 'string' && token.type !== 'raw-string')
      this.#unexpected(token, 'where a name in quotes is due');
    return this.#string(token);
  }

  #pipeline(context: string, end: 'close' | 'right-parenthesis'): Pipeline {
    const { start } = this.#peekWord();
    const { variables, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    while (this.#peekWord().type !== end) {
      const token = this.#peekWord();
      if (!commandStarts.has(token.type)) this.#unexpected(token, 'where a value or function is due');
      commands.push(this.#command());
    }
    const close = this.#nextWord();
    if (commands.length === 0) this.#fail('syntax', close, `the ${context} has no value`);
    const constant = commands.slice(1).find(({ first }) => !isCallable(first));
    if (constant !== undefined)
      this.#fail('syntax', constant.first.span, 'a pipeline goes on into what is no function');
    return { span: { start, end: close.start }, variables, assigns, commands };
  }

  #declarations(context: string): { variables: readonly string[]; assigns: boolean } {
    const variables: string[] = [];
    for (let more = true; more && this.#peekWord().type === 'variable'; ) {
      const start = this.#at;
      const variable = this.#next();
      const next = this.#nextWord();
      if (next.type === 'assign' || next.type === 'declare') {
        variables.push(variable.text);
        this.#scope.variables.push(variable.text);
        return { variables, assigns: next.type === 'assign' };
      }
      more = next.type === 'other' && next.text === ',';
      if (!more) {
        this.#at = start;
        break;
      }
      variables.push(variable.text);
      this.#scope.variables.push(variable.text);
      if (context !== 'range' || variables.length > 1) this.#fail('syntax', next, 'too many variables');
      const second: TokenType = this.#peekWord().type;
      if (second !== 'variable' && second !== 'close' && second !== 'right-parenthesis') {
        this.#unexpected(this.#peek(), 'where a second variable is due');
      }
    }
    return { variables, assigns: false };
  }

  #command(): Command {
    const operands: Operand[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand !== null) operands.push(operand);
      const token = this.#next();
      if (token.type === 'space') continue;
      if (token.type === 'close' || token.type === 'right-parenthesis') this.#at -= 1;
      else if (token.type !== 'pipe') this.#unexpected(token, 'after a value');
      break;
    }
    const [first, ...rest] = operands;
    if (first === undefined) return this.#fail('syntax', this.#peek(), 'a command is empty');
    return { first, arguments: rest };
  }

  /** A term with the fields that follow it at once; null where no term stands. */
  #operand(): Operand | null {
    const term = this.#term();
    if (term === null || this.#peek().type !== 'field') return term;
    const fields: FieldName[] = [];
    while (this.#peek().type === 'field') fields.push(fieldName(this.#next()));
    const span = { start: term.span.start, end: fields.at(-1)?.end ?? term.span.end };
    if (term.type === 'path') return { ...term, span, fields: [...term.fields, ...fields] };
    if (term.type === 'function' || term.type === 'pipeline') return { type: 'path', span, base: term, fields };
    return this.#fail('syntax', span, 'a field of what has no fields');
  }

  #term(): Operand | null {
    const start = this.#at;
    const token = this.#nextWord();
    switch (token.type) {
      case 'identifier':
        if (!this.#functions.has(token.text)) this.#fail('unknown-name', token, `there is no function ${token.text}`);
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
        this.#enter(token);
        const pipeline = this.#pipeline('parenthesis', 'right-parenthesis');
        this.#depth -= 1;
        return { type: 'pipeline', span: { start: token.start, end: pipeline.span.end + 1 }, pipeline };
      }
      default:
        this.#at = start;
        return null;
    }
  }

  #variable(token: Token): Operand {
    if (!this.#scope.variables.includes(token.text)) {
      this.#fail('unknown-name', token, `there is no variable ${token.text}`);
    }
    return { type: 'path', span: token, base: { variable: token.text }, fields: [] };
  }

  #number(token: Token): NumberConstant {
    const value = token.type === 'character' ? parseCharacter(token.text) : parseNumber(token.text);
    return value ?? this.#fail('syntax', token, `not a ${token.type}`);
  }

  #string(token: Token): string {
    return parseString(token.text) ?? this.#fail('syntax', token, 'a string with an escape that means nothing');
  }

  #enter(at: Span): void {
    this.#depth += 1;
    if (this.#depth <= this.#limits.depth) return;
    throw this.#error(limitFault('depth', this.#limits, 'the template is nested too deeply'), at);
  }

  #peek(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new RangeError('a list of tokens has no end');
    return token;
  }

  #next(): Token {
    const token = this.#peek();
    this.#at += 1;
    return token;
  }

  #peekWord(): Token {
    while (this.#peek().type === 'space') this.#at += 1;
    return this.#peek();
  }

  #nextWord(): Token {
    this.#peekWord();
    return this.#next();
  }

  #expectClose(context: string): void {
    const token = this.#nextWord();
    if (token.type !== 'close') this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.type === 'error') return this.#fail('syntax', token, token.text);
    if (token.type === 'end') return this.#fail('syntax', token, 'the template ends too early');
    return this.#fail('syntax', token, `unexpected ${context}`);
  }

  #fail(kind: TemplateErrorKind, at: Span, complaint: string): never {
    throw this.#error(new Fault(kind, complaint), at);
  }

  #error(fault: Fault, { start, end }: Span): TemplateError {
    return new TemplateError('parse', fault, this.#source.place({ start, end }, this.#actions));
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
