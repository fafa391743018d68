/**
 * What several sources give, as it comes. Ends, and ends them all, when one of them ends or fails: whoever follows comes back and is
 * told then which are left.
 * @param stop is aborted at the end, which is what sources that wait for news stop at
 */
export async function* merge<T>(sources: AsyncGenerator<T>[], stop: AbortController): AsyncGenerator<T> {
  const ask = async (i: number) => ({ i, next: await sources[i]!.next() });
  const asked = sources.map((_, i) => ask(i));
  try {
    while (asked.length > 0) {
      const { i, next } = await Promise.race(asked);
      if (next.done) return;
      asked[i] = ask(i);
      yield next.value;
    }
  } finally {
    stop.abort();
    for (const one of asked) one.catch(() => {});
    await Promise.allSettled(sources.map((source) => source.return(undefined)));
  }
}
