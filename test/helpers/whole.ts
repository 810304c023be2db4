/** Forms come in pieces; a test looks at the whole. */
export function whole<A extends readonly unknown[]>(
  render: (...given: A) => Iterable<string>,
): (...given: A) => string {
  return (...given) => [...render(...given)].join('');
}
