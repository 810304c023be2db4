/** Work on many things, a few at a time: what is polite to a registry, and bounded in memory. */

/** Does `work` on each of the items, at most `parallel` at a time, in their order. Throws what the first throws that does. */
export async function inLanes<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  parallel: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const source = asyncIteratorOf(items);
  let next: Promise<IteratorResult<Item>> | null = null;
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      // Each waits for the one before to have its item: an iterator is asked for one at a time.
      const asked: Promise<IteratorResult<Item>> = (next ?? Promise.resolve()).then(() => source.next());
      next = asked;
      const item = await asked;
      if (item.done === true) return;
      await work(item.value);
    }
  };
  const lanes = Array.from({ length: parallel }, async () => {
    try {
      await lane();
    } catch (error) {
      isOver = true;
      throw error;
    }
  });
  const ended = await Promise.allSettled(lanes);
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function* asyncIteratorOf<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item, void, void> {
  yield* items;
}
