import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { offer } from './offer.mjs';

const WARM_UP_SECONDS = 0.5;

/**
 * Offers one request over and over, as `offer` does, in a process of its own: what else the benchmark sends and receives must not
 * delay it. It has offered some before, which do not count, as a process that has just started delays itself.
 *
 * @param meanwhile what else is done from the moment on from which requests count; that ends, too, before this does
 * @throws Error when that process ends without a result; it has printed why
 */
export async function offerApart({ request, ...offered }, meanwhile = async () => {}) {
  const child = fork(fileURLToPath(import.meta.url));
  const ended = once(child, 'exit');
  const told = () => Promise.race([once(child, 'message'), ended.then(() => [])]);
  child.send({ request, ...offered });
  await told();
  const [[latencies]] = await Promise.all([told(), meanwhile()]);
  if (latencies === undefined) throw new Error('the process that offers requests has failed');
  await ended;
  return latencies;
}

if (process.send)
  process.once('message', async ({ request, ...offered }) => {
    const nextRequest = () => request;
    await offer({ ...offered, nextRequest, seconds: WARM_UP_SECONDS });
    process.send('warm');
    process.send(await offer({ ...offered, nextRequest }), () => process.disconnect());
  });
