import { open } from 'node:fs/promises';

/** Fetches the text of a key set; the signal ends it when the service stops. */
export type KeySource = (stop: AbortSignal) => Promise<string>;

export interface KeySourceOptions {
  readonly fetch?: typeof fetch;
  readonly timeoutMs?: number;
}

/** A key set could not be had. The message is safe to show to operators: it holds no URL and nothing that a server sent. */
export class KeySetError extends Error {}

/** A new Hydra takes up to 9 s to make its first keys, and gives them up when nobody waits any more. */
const FETCH_TIMEOUT_MS = 10_000;
/** Room for some three hundred RSA keys of 4,096 bits. */
const MAX_BYTES = 256 * 1024;

/**
 * @param uri `http:`, `https:` or `file:` URL
 * @returns a source that waits at most 10 s, reads at most 256 kB of UTF-8 and follows no redirect. It rejects with a
 * KeySetError, or with the error of the system
 */
export function keySourceOf(uri: string, options: KeySourceOptions = {}): KeySource {
  const url = new URL(uri);
  const read = url.protocol === 'file:' ? readFileOf : fetchWith(options.fetch ?? fetch);
  return (stop) =>
    read(url, AbortSignal.any([stop, AbortSignal.timeout(options.timeoutMs ?? FETCH_TIMEOUT_MS)]));
}

const fetchWith =
  (fetchUrl: typeof fetch) =>
  async (url: URL, signal: AbortSignal): Promise<string> => {
    // A redirect would let whoever can plant one choose the keys.
    const headers = { accept: 'application/jwk-set+json, application/json' };
    const response = await fetchUrl(url, { redirect: 'manual', signal, headers });
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw new KeySetError(`the key server answered ${response.status}`);
    }
    return readText(response.body);
  };

async function readFileOf(url: URL, signal: AbortSignal): Promise<string> {
  const file = await open(url);
  // The stream closes the file.
  return readText(file.createReadStream({ signal }));
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new KeySetError('the key set is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
