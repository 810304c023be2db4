/**
 * Which fields of its data a template may look at, found without executing it: so that what is dear to compute is computed
 * only where it is shown, and a table knows its columns. Never too few; where the data is used as a whole, that is said.
 */
import type { Node, Operand, Path, Pipeline } from './syntax/nodes.js';
import type { Parts } from './syntax/parser.js';

export interface UsedFields {
  /** Names of fields of the data itself, in the order of their first use. */
  readonly names: readonly string[];
  /** Whether the data is also used as a whole, as in `{{json .}}`: then every field may be. */
  readonly whole: boolean;
}

export function usedFields(parts: Parts): UsedFields {
  return new FieldFinder(parts).run();
}

/** What is known of dot and of `$` at one place. */
interface Context {
  readonly dotIsData: boolean;
  readonly dollarIsData: boolean;
}

class FieldFinder {
  readonly #parts: Parts;
  readonly #names = new Set<string>();
  readonly #visited = new Set<string>();
  #whole = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  run(): UsedFields {
    this.#list(this.#parts.get('') ?? [], { dotIsData: true, dollarIsData: true });
    return { names: [...this.#names], whole: this.#whole };
  }

  #list(nodes: readonly Node[], context: Context): void {
    for (const node of nodes) this.#node(node, context);
  }

  #node(node: Node, context: Context): void {
    switch (node.type) {
      case 'action':
        this.#pipeline(node.pipeline, context);
        break;
      case 'if':
        // The condition asks whether there is data, not what is in it.
        if (!isData(node.pipeline, context)) this.#pipeline(node.pipeline, context);
        this.#list(node.body, context);
        this.#list(node.otherwise ?? [], context);
        break;
      case 'with':
      case 'range': {
        const keepsData = node.type === 'with' && isData(node.pipeline, context);
        if (!keepsData) this.#pipeline(node.pipeline, context);
        this.#list(node.body, { ...context, dotIsData: keepsData });
        this.#list(node.otherwise ?? [], context);
        break;
      }
      case 'template':
        this.#call(node.name, node.pipeline, context);
        break;
    }
  }

  #call(name: string, pipeline: Pipeline | null, context: Context): void {
    const isGiven = pipeline !== null && isData(pipeline, context);
    if (pipeline !== null && !isGiven) this.#pipeline(pipeline, context);
    const visit = `${isGiven} ${name}`;
    if (this.#visited.has(visit)) return;
    this.#visited.add(visit);
    this.#list(this.#parts.get(name) ?? [], { dotIsData: isGiven, dollarIsData: isGiven });
  }

  #pipeline({ commands }: Pipeline, context: Context): void {
    for (const command of commands) {
      for (const operand of [command.first, ...command.arguments]) this.#operand(operand, context);
    }
  }

  #operand(operand: Operand, context: Context): void {
    if (operand.type === 'dot') this.#whole ||= context.dotIsData;
    else if (operand.type === 'pipeline') this.#pipeline(operand.pipeline, context);
    else if (operand.type === 'path') this.#path(operand, context);
  }

  #path({ base, fields }: Path, context: Context): void {
    const [first] = fields;
    if (isDataBase(base, context)) {
      if (first === undefined) this.#whole = true;
      else this.#names.add(first.name);
    } else if (base !== 'dot' && !('variable' in base)) this.#operand(base, context);
  }
}

/** Whether a pipeline is nothing but the data: `.`, `$` or one of them in parentheses. */
function isData({ commands, variables }: Pipeline, context: Context): boolean {
  const [command] = commands;
  if (command === undefined || commands.length > 1 || variables.length > 0) return false;
  return command.arguments.length === 0 && isDataOperand(command.first, context);
}

function isDataOperand(operand: Operand, context: Context): boolean {
  if (operand.type === 'dot') return context.dotIsData;
  if (operand.type === 'pipeline') return isData(operand.pipeline, context);
  return operand.type === 'path' && operand.fields.length === 0 && isDataBase(operand.base, context);
}

function isDataBase(base: Path['base'], context: Context): boolean {
  if (base === 'dot') return context.dotIsData;
  return 'variable' in base ? context.dollarIsData && base.variable === '$' : isDataOperand(base, context);
}
