/**
 * The tree of a parsed template: plain data, made by the parser only. Every node knows its span in the source, for
 * errors. A template's named parts are flat: `define` and `block` add to one table, whatever they stand in.
 */
import type { SourceSpan } from './source.js';

export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | ControlNode
  | TemplateCall
  | { readonly type: 'break' | 'continue'; readonly span: SourceSpan };

export interface ControlNode {
  readonly type: 'if' | 'with' | 'range';
  readonly span: SourceSpan;
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  /** Null without `{{else}}`. */
  readonly otherwise: readonly Node[] | null;
}

export interface TemplateCall {
  readonly type: 'template';
  /** Of the name. */
  readonly span: SourceSpan;
  readonly name: string;
  readonly pipeline: Pipeline | null;
}

/** `$a, $b := command | command`. */
export interface Pipeline {
  readonly span: SourceSpan;
  readonly variables: readonly string[];
  /** Whether the variables are set (`=`) rather than declared (`:=`). */
  readonly assigns: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly first: Operand;
  readonly arguments: readonly Operand[];
}

export interface FieldName extends SourceSpan {
  readonly name: string;
}

export type Operand =
  | { readonly type: 'dot' | 'nil'; readonly span: SourceSpan }
  | { readonly type: 'bool'; readonly span: SourceSpan; readonly value: boolean }
  | { readonly type: 'string'; readonly span: SourceSpan; readonly value: string }
  | { readonly type: 'number'; readonly span: SourceSpan; readonly value: NumberConstant }
  | { readonly type: 'function'; readonly span: SourceSpan; readonly name: string }
  | { readonly type: 'pipeline'; readonly span: SourceSpan; readonly pipeline: Pipeline }
  | Path;

/** `.A.B`, `$x.A` or `(…).A`: fields of dot, of a variable or of what an operand gives. */
export interface Path {
  readonly type: 'path';
  readonly span: SourceSpan;
  readonly base: 'dot' | { readonly variable: string } | Operand;
  readonly fields: readonly FieldName[];
}

/** A number is what its place needs: `2.0` is a float, but an integer where a function takes one. */
export interface NumberConstant {
  /** Its value as a Go int; null where it has none. */
  readonly integer: number | bigint | null;
  readonly float: number;
  /** What it is where nothing asks for a type. `too-large`: an integer beyond 63 bits, which only execution refuses. */
  readonly natural: 'integer' | 'float' | 'too-large';
}
