/**
 * What the scheduler does with gzip layers on any number of threads, by costs that were measured on one: a simulation, event
 * by event, of src/threads/split. It knows of no waiting for memory that all cores share, and of no slower clock where
 * all of them are busy, so it tells what the order of the work allows, and a machine with the cores how much of it comes true.
 */

import { leftInOrder } from '../../src/threads/split/split.js';

/** What a stretch of a layer costs a thread, in any unit of time, the same for all. */
export interface StretchCosts {
  /** One thread that does everything. */
  readonly alone: number;
  /** To decode it from its middle, and to put in what it copied from before. */
  readonly ahead: number;
  /** What is left for the thread in order then. */
  readonly rest: number;
}

/** The numbers of src/threads/split. */
export interface SplitLimits {
  readonly helpers: number;
  readonly slotsPerThread: number;
  readonly slots: number;
}

interface Layer {
  readonly stretches: number;
  /** The next stretch in order, and the next that nobody has. */
  reached: number;
  next: number;
  helpers: number;
  /** When those are there that were decoded ahead. */
  readonly readyAt: Map<number, number>;
}

type Role = 'idle' | 'inOrder' | 'helps';

interface Thread {
  at: number;
  role: Role;
  layer: Layer | null;
}

/** When so many equal layers of so many stretches are done by so many threads, each of which takes one as soon as it is free. */
export function splitEnd(
  { layers, stretches, threads }: { readonly layers: number; readonly stretches: number; readonly threads: number },
  costs: StretchCosts,
  limits: SplitLimits,
): number {
  const waiting = Array.from({ length: layers }, (): Layer => newLayer(stretches));
  const open = new Set<Layer>();
  const crew = Array.from({ length: threads }, (): Thread => ({ at: 0, role: 'idle', layer: null }));
  const slots = Math.min(limits.slots, limits.slotsPerThread * threads);
  const held = (): number => [...open].reduce((sum, { readyAt }) => sum + readyAt.size, 0);
  let end = 0;
  for (;;) {
    const thread = crew.reduce((first, other) => (other.at < first.at ? other : first));
    if (thread.at === Number.POSITIVE_INFINITY) return end;
    if (thread.role === 'idle') begin(thread, waiting, open, limits);
    else if (thread.role === 'inOrder') goOnInOrder(thread, costs, () => held() < slots && threads > 1);
    else help(thread, costs, () => held() < slots);
    if (thread.role === 'inOrder' && thread.layer !== null && thread.layer.reached === stretches) {
      open.delete(thread.layer);
      end = Math.max(end, thread.at);
      thread.role = 'idle';
    }
  }
}

const newLayer = (stretches: number): Layer => ({ stretches, reached: 0, next: 0, helpers: 0, readyAt: new Map() });

function begin(thread: Thread, waiting: Layer[], open: Set<Layer>, limits: SplitLimits): void {
  const own = waiting.shift();
  if (own !== undefined) {
    open.add(own);
    Object.assign(thread, { role: 'inOrder', layer: own });
    return;
  }
  const left = (layer: Layer): number => (layer.stretches - 1 - layer.reached) / (layer.helpers + 1);
  const most = [...open].filter(({ helpers }) => helpers < limits.helpers).sort((a, b) => left(b) - left(a))[0];
  if (most === undefined || left(most) < 1) {
    thread.at = Number.POSITIVE_INFINITY;
    return;
  }
  most.helpers++;
  Object.assign(thread, { role: 'helps', layer: most });
}

function goOnInOrder(thread: Thread, costs: StretchCosts, hasSlot: () => boolean): void {
  const layer = thread.layer as Layer;
  const ready = layer.readyAt.get(layer.reached);
  if (ready === undefined) {
    thread.at += costs.alone;
    layer.reached++;
    layer.next = Math.max(layer.next, layer.reached);
  } else if (ready <= thread.at) {
    thread.at += costs.rest;
    layer.readyAt.delete(layer.reached);
    layer.reached++;
  } else if (hasSlot() && decodeNext(layer, thread.at + costs.ahead)) thread.at += costs.ahead;
  else thread.at = ready;
}

function help(thread: Thread, costs: StretchCosts, hasSlot: () => boolean): void {
  const layer = thread.layer as Layer;
  if (layer.reached >= layer.stretches - 1) {
    layer.helpers--;
    thread.role = 'idle';
  } else if (hasSlot() && decodeNext(layer, thread.at + costs.ahead)) thread.at += costs.ahead;
  else thread.at += costs.rest / 4;
}

/** The last stretch is decoded in order. */
function decodeNext(layer: Layer, readyAt: number): boolean {
  const first = Math.max(layer.next, layer.reached + 1);
  const next = first % (leftInOrder[layer.helpers] ?? Number.NaN) === 0 ? first + 1 : first;
  if (next >= layer.stretches - 1) return false;
  layer.readyAt.set(next, readyAt);
  layer.next = next + 1;
  return true;
}
