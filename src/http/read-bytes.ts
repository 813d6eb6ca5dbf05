import type { IncomingMessage } from 'node:http';

/**
 * The body of a request, by events: an iterator of a stream costs several times what reading one chunk does. Whatever goes
 * wrong, the connection outlives it, as the answer goes out on it.
 *
 * @param tooLarge makes the error for a body of more bytes than the limit, which is not read any further
 * @throws that error, what the stream reports, or Error when the caller hangs up before the end
 */
export function readBytes(request: IncomingMessage, limit: number, tooLarge: () => Error): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void =>
      void request.off('data', take).off('end', end).off('error', fail).off('close', close);
    const fail = (error: Error): void => {
      stop();
      request.pause();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limit) fail(tooLarge());
      else chunks.push(chunk);
    };
    const end = (): void => {
      stop();
      resolve(chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks));
    };
    const close = (): void => fail(new Error('aborted'));
    request.on('data', take).on('end', end).on('error', fail).on('close', close);
  });
}
