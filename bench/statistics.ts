/** The little arithmetic of the benchmarks. */

/** The middle of the values; the mean of the two in the middle where their number is even. NaN where there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Three significant digits: what a timing is worth. */
export function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

/**
 * The exponent by which one figure grows with another: the slope of the line through the logarithms with the least
 * squares. 1 is in proportion, 2 the square.
 */
export function growthExponent(points: readonly (readonly [size: number, figure: number])[]): number {
  const xs = points.map(([size]) => Math.log(size));
  const ys = points.map(([, figure]) => Math.log(figure));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const covariance = xs.reduce((sum, value, i) => sum + (value - x) * ((ys[i] ?? 0) - y), 0);
  return covariance / xs.reduce((sum, value) => sum + (value - x) ** 2, 0);
}
