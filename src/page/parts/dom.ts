/**
 * Elements of HTML and SVG, made one by one. Every text of a page goes through here and becomes a text node, never
 * markup; characters that would reorder or hide text are written as escapes, as in a terminal.
 */
import { safeText } from '../../report/blocks/safe-text.js';

export type Child = Node | string | null;
type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element of HTML; an attribute that is null or false is left out. */
export function html<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  return filled(document.createElement(name), attributes, children);
}

/** An element of SVG. */
export function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Name] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled<Made extends Element>(element: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? '' : safeText(String(value)));
  }
  for (const child of children) {
    if (child !== null) element.append(typeof child === 'string' ? safeText(child) : child);
  }
  return element;
}
