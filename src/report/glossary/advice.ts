/** The form of an advice: what a finding code says beyond its meaning. The texts stand in the files beside it. */
export interface Advice {
  /** Goes on after *Raised when*. */
  readonly raised: string;
  /** Goes on after *What to do:*. */
  readonly advice: string;
}
