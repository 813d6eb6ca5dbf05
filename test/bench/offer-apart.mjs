import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { offer } from './offer.mjs';

/**
 * Offers one request over and over, as `offer` does, in a process of its own: what else the benchmark sends and receives must not
 * delay it.
 *
 * @throws Error when that process ends without a result; it has printed why
 */
export async function offerApart({ request, ...offered }) {
  const child = fork(fileURLToPath(import.meta.url));
  const ended = once(child, 'exit');
  child.send({ request, ...offered });
  const [latencies] = await Promise.race([once(child, 'message'), ended.then(() => [])]);
  if (latencies === undefined) throw new Error('the process that offers requests has failed');
  await ended;
  return latencies;
}

if (process.send)
  process.once('message', async ({ request, ...offered }) => {
    process.send(await offer({ ...offered, nextRequest: () => request }), () => process.disconnect());
  });
