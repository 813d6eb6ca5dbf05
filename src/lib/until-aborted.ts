/**
 * The items until the signal is aborted, without waiting for one that is under way then.
 *
 * @throws the signal's reason
 */
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

/** Settles as the work does, or rejects with the signal's reason as soon as it is aborted: the work goes on unwaited for. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
