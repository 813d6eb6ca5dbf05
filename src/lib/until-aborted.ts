/** The items until the signal comes; then throws its reason, without waiting for an item that is under way. */
export async function* untilAborted<T>(
  items: AsyncGenerator<T, void>,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await orAborted(items.next(), signal);
    if (done) return;
    yield value;
  }
}

/** The outcome of the work, or the reason of the signal as soon as it comes: the work goes on with nobody to wait for it. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
