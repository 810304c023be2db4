/**
 * The faults of an archive as blocks: one for each cause, in the words of images, and under it what was compared and what
 * else was found for the same cause. Errors stand first; hints, which are no faults, are counted behind them. A verbose
 * view has every finding in full as well.
 */
import type { Finding } from '../../model/finding.js';
import type { Fault } from '../../model/results/faults.js';
import { type Block, line, span, type View } from '../blocks/document.js';
import { alsoFound, faultStatement, leadOf, ownFindings } from './fault-text.js';

interface FaultyArchive {
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly faults: readonly Fault[];
}

/** Every error and warning of one archive by its cause, under a line that names the archive. */
export function faultBlocks({ path, findings, faults }: FaultyArchive, view: View): Block[] {
  return faults.flatMap((fault) => {
    const lead = leadOf(fault, findings);
    const stated: Block = { kind: 'finding', finding: { ...lead, message: faultStatement(fault, path, false) } };
    if (view.verbose) {
      const others = ownFindings(fault, findings).filter((found) => found !== lead);
      return [stated, ...others.map((finding): Block => ({ kind: 'finding', finding }))];
    }
    const also = alsoFound(fault, findings);
    return also === null ? [stated] : [stated, line([span(also, 'dim')], 4, 2)];
  });
}
