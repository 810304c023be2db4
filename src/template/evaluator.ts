/**
 * Walks the tree of a template over data. The rules are those of Go's text/template, down to the order in which things are
 * looked at, since that decides which of two errors is told. A place is remembered on the way, so that a Fault from
 * anywhere below becomes a TemplateError at the piece of the template that was being evaluated.
 */

import {
  checkArgumentCount,
  checkType,
  type ParameterType,
  parameterType,
  type TemplateFunctions,
} from './signature.js';
import type {
  CommandNode,
  ControlNode,
  FieldName,
  Node,
  Operand,
  Path,
  Pipeline,
  TemplateCall,
} from './syntax/nodes.js';
import type { Parts } from './syntax/parser.js';
import type { SourceSpan, TemplateSource } from './syntax/source.js';
import { TemplateError, type TemplateErrorKind, TemplateFault } from './template-error.js';
import { wellFormed } from './values/go-text.js';
import { structField, Typed } from './values/go-types.js';
import { print } from './values/print.js';
import {
  float,
  GoByte,
  type GoMap,
  isTrue,
  keys,
  kinded,
  lookUp,
  pointed,
  typeName,
  type Value,
} from './values/values.js';
import { Variables } from './variables.js';
import { type TemplateLimits, TemplateWork, type TextBuffer } from './work.js';

/**
 * What a field of a map is that the map does not have: with `default` nothing, which is shown as `<no value>` and has
 * only such fields; with `zero` nil, whose fields are an error; with `error` an error itself.
 */
export type MissingKey = 'default' | 'zero' | 'error';

export interface Program {
  readonly source: TemplateSource;
  readonly parts: Parts;
  readonly actions: readonly SourceSpan[];
  readonly functions: TemplateFunctions;
  readonly missingKey: MissingKey;
  readonly limits: TemplateLimits;
}

/** Throws TemplateError, and whatever else a function of the caller throws that is no Fault. */
export function execute(program: Program, data: unknown): string {
  return new Evaluator(program).run(data as Value);
}

/** Where a list of nodes ended: at its end, or at a word that concerns the range around it. */
type Exit = 'end' | 'break' | 'continue';

/** No value came down the pipeline; unlike `undefined`, which is one. */
const absent = Symbol('absent');
type Piped = Value | typeof absent;

class Evaluator {
  readonly #program: Program;
  readonly #work: TemplateWork;
  readonly #out: TextBuffer;
  #variables: Variables;
  #at: SourceSpan = { start: 0, end: 0 };

  constructor(program: Program) {
    this.#program = program;
    this.#work = new TemplateWork(program.limits);
    this.#out = this.#work.output();
    this.#variables = new Variables(undefined, this.#work);
  }

  run(data: Value): string {
    try {
      const root = data ?? undefined;
      this.#variables = new Variables(root, this.#work);
      this.#list(this.#program.parts.get('') ?? [], root);
      return wellFormed(this.#out.text());
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      const { source, actions } = this.#program;
      throw new TemplateError('execute', error, source.place(this.#at, actions));
    }
  }

  #list(nodes: readonly Node[], dot: Value): Exit {
    this.#work.enter();
    for (const node of nodes) {
      const exit = this.#node(node, dot);
      if (exit !== 'end') {
        this.#work.leave();
        return exit;
      }
    }
    this.#work.leave();
    return 'end';
  }

  #node(node: Node, dot: Value): Exit {
    this.#work.spend(1);
    switch (node.type) {
      case 'text':
        this.#out.write(node.text);
        return 'end';
      case 'action':
        this.#action(node.pipeline, dot);
        return 'end';
      case 'if':
      case 'with':
        return this.#condition(node, dot);
      case 'range': {
        const mark = this.#variables.count;
        const exit = this.#range(node, dot);
        this.#variables.shrink(mark);
        return exit;
      }
      case 'template':
        this.#call(node, dot);
        return 'end';
      default:
        return node.type;
    }
  }

  #action(pipeline: Pipeline, dot: Value): void {
    const value = this.#pipeline(pipeline, dot);
    if (pipeline.variables.length > 0) return;
    this.#at = pipeline.span;
    this.#out.write(typeof value === 'string' ? value : print([pointed(value) ?? '<no value>'], this.#work));
  }

  #condition(node: ControlNode, dot: Value): Exit {
    const mark = this.#variables.count;
    const value = this.#pipeline(node.pipeline, dot);
    this.#work.spendOn(value);
    const isMet = isTrue(value);
    const inner = isMet && node.type === 'with' ? value : dot;
    const exit = this.#list((isMet ? node.body : node.otherwise) ?? [], inner);
    this.#variables.shrink(mark);
    return exit;
  }

  #range(node: ControlNode, dot: Value): Exit {
    const { pipeline } = node;
    const value = this.#pipeline(pipeline, dot);
    const mark = this.#variables.count;
    this.#work.spendOn(value);
    let isEmpty = true;
    for (const [index, element] of this.#elements(pipeline, value)) {
      isEmpty = false;
      this.#work.spend(1);
      this.#setRangeVariables(pipeline, index, element, mark);
      const exit = this.#list(node.body, element);
      this.#variables.shrink(mark);
      if (exit === 'break') return 'end';
    }
    return isEmpty ? this.#list(node.otherwise ?? [], dot) : 'end';
  }

  *#elements(pipeline: Pipeline, value: Value): Iterable<readonly [index: Value, element: Value]> {
    const go = kinded(value);
    switch (go.kind) {
      case 'nil':
        return;
      case 'list':
        for (const [index, element] of go.value.entries()) yield [index, (element ?? null) as Value];
        return;
      case 'map':
        for (const key of keys(go.value)) yield [key, lookUp(go.value, key) ?? null];
        return;
      case 'int':
      case 'byte':
        if (pipeline.variables.length > 1) this.#fail('wrong-type', pipeline.span, 'a number has no second variable');
        for (let count = 0; count < go.value; count += 1) {
          yield [undefined, go.kind === 'byte' ? new GoByte(count) : count];
        }
        return;
      default:
        this.#fail('wrong-type', pipeline.span, `a value of type ${typeName(value)} has no elements`);
    }
  }

  #setRangeVariables({ variables, assigns }: Pipeline, index: Value, element: Value, top: number): void {
    const values = variables.length > 1 ? [index, element] : [element];
    variables.forEach((name, at) => {
      if (assigns) this.#variables.set(name, values[at]);
      else this.#variables.setAt(top - variables.length + at, values[at]);
    });
  }

  #call(node: TemplateCall, dot: Value): void {
    this.#at = node.span;
    const part = this.#program.parts.get(node.name);
    if (part === undefined) {
      this.#fail('unknown-name', node.span, 'there is no such template');
    }
    const data = node.pipeline === null ? undefined : this.#pipeline(node.pipeline, dot);
    const outer = this.#variables;
    this.#variables = new Variables(data, this.#work);
    this.#at = node.span;
    this.#list(part, data);
    this.#variables = outer;
  }

  #pipeline({ commands, variables, assigns, span }: Pipeline, dot: Value): Value {
    this.#at = span;
    this.#work.enter();
    let piped: Piped = absent;
    for (const command of commands) piped = this.#command(command, dot, piped) ?? undefined;
    this.#work.leave();
    const value = piped === absent ? undefined : piped;
    for (const name of variables) {
      if (assigns) this.#variables.set(name, value);
      else this.#variables.declare(name, value);
    }
    return value;
  }

  #command({ first, arguments: args }: CommandNode, dot: Value, piped: Piped): Value {
    this.#work.spend(1);
    switch (first.type) {
      case 'function':
        return this.#function(first, args, dot, piped);
      case 'path':
        return this.#path(first, dot, args.length > 0 || piped !== absent);
      default:
        this.#at = first.span;
        if (args.length > 0 || piped !== absent) this.#fail('wrong-type', first.span, 'only functions take arguments');
        if (first.type === 'nil') return this.#fail('wrong-type', first.span, 'nil is no command');
        return this.#operand(first, dot);
    }
  }

  /** An operand where any type will do. */
  #operand(operand: Operand, dot: Value): Value {
    this.#work.spend(1);
    this.#at = operand.span;
    switch (operand.type) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'bool':
      case 'string':
        return operand.value;
      case 'number': {
        const { natural, integer, float: size } = operand.value;
        if (natural === 'float') return float(size);
        return integer ?? this.#fail('out-of-range', operand.span, 'a number too large for an int');
      }
      case 'function':
        return this.#function(operand, [], dot, absent);
      case 'pipeline':
        return this.#pipeline(operand.pipeline, dot);
      case 'path':
        return this.#path(operand, dot, false);
    }
  }

  #path({ base, fields, span }: Path, dot: Value, hasArguments: boolean): Value {
    this.#at = span;
    let value: Value;
    if (base === 'dot') value = dot;
    else if ('variable' in base) value = this.#variables.get(base.variable);
    else value = this.#operand(base, dot);
    if (fields.length === 0 && hasArguments) this.#fail('wrong-type', span, 'only functions take arguments');
    fields.forEach((field, at) => {
      value = this.#field(value, field, hasArguments && at === fields.length - 1);
    });
    return value;
  }

  #field(receiver: Value, field: FieldName, hasArguments: boolean): Value {
    this.#at = field;
    const { missingKey } = this.#program;
    if (receiver === undefined) {
      if (missingKey === 'error') this.#fail('no-field', field, 'a field of nothing');
      return undefined;
    }
    const target = pointed(receiver);
    if (target instanceof Typed) {
      const found = this.#typedField(target, field, hasArguments);
      if (found !== undefined) return found as Value;
    }
    const go = kinded(target);
    if (go.kind === 'nil') return this.#fail('no-field', field, 'a field of nil');
    if (go.kind === 'struct') return this.#fail('no-field', field, `type ${typeName(target)} has no such field`);
    if (go.kind !== 'map') {
      return this.#fail('no-field', field, `a value of type ${typeName(receiver)} has no fields`);
    }
    if (hasArguments) this.#fail('wrong-type', field, 'a field takes no arguments');
    return this.#entry(go.value, field);
  }

  /** A method of the type or a field of a struct; undefined where there is none. */
  #typedField(target: Typed, field: FieldName, hasArguments: boolean): unknown {
    const { type, value } = target;
    const methods = 'methods' in type ? type.methods : undefined;
    const method = methods !== undefined && Object.hasOwn(methods, field.name) ? methods[field.name] : undefined;
    const found = method === undefined ? structField(target, field.name) : undefined;
    const isMethod = method !== undefined || (found !== undefined && type.kind === 'struct' && type.isRow === true);
    if (isMethod && hasArguments) this.#fail('wrong-count', field, 'the method takes no arguments');
    if (method !== undefined) return method(value);
    if (found !== undefined && hasArguments) this.#fail('wrong-type', field, 'a field takes no arguments');
    return found;
  }

  #entry(map: GoMap, field: FieldName): Value {
    const value = lookUp(map, field.name);
    if (value !== undefined) return value;
    const { missingKey } = this.#program;
    if (missingKey === 'error') this.#fail('no-field', field, 'there is no such field');
    return missingKey === 'zero' ? null : undefined;
  }

  #function(node: Operand & { type: 'function' }, args: readonly Operand[], dot: Value, piped: Piped): Value {
    this.#at = node.span;
    const { functions } = this.#program;
    const called = Object.hasOwn(functions, node.name) ? functions[node.name] : undefined;
    if (called === undefined) return this.#fail('unknown-name', node.span, 'there is no such function');
    checkArgumentCount(node.name, called, args.length + (piped === absent ? 0 : 1));
    if (node.name === 'and' || node.name === 'or') return this.#shortCircuit(node.name === 'or', args, dot, piped);
    const values = args.map((operand, at) => this.#argument(operand, parameterType(called, at), dot));
    this.#at = node.span;
    if (piped !== absent) values.push(checkType(piped, parameterType(called, args.length)));
    for (const value of values) this.#work.spendOn(value);
    const result = called.call(values, this.#work) as Value;
    this.#work.spendOn(result);
    return result;
  }

  /** The first argument that decides, or the last. */
  #shortCircuit(deciding: boolean, args: readonly Operand[], dot: Value, piped: Piped): Value {
    let value: Value;
    for (const operand of args) {
      value = this.#argument(operand, 'any', dot) as Value;
      this.#work.spendOn(value);
      if (isTrue(value) === deciding) return value;
    }
    return piped === absent ? value : piped;
  }

  #argument(operand: Operand, type: ParameterType, dot: Value): unknown {
    this.#at = operand.span;
    if (type === 'any') return this.#operand(operand, dot) ?? null;
    if (operand.type === 'number') {
      // A constant takes the type that is asked for: 2.0 is an int here.
      return checkType(operand.value.integer ?? operand.value.float, type);
    }
    const value = this.#operand(operand, dot);
    this.#at = operand.span;
    return checkType(value, type);
  }

  #fail(kind: TemplateErrorKind, at: SourceSpan, complaint: string): never {
    this.#at = at;
    throw new TemplateFault(kind, complaint);
  }
}
