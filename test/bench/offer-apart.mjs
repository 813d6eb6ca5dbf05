/** Offers one request, as `offer` does, in a process of its own: what else the benchmark sends and receives must not delay it. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { offer } from './offer.mjs';

/** @returns as `offer` */
export async function offerApart({ request, ...offered }) {
  const child = fork(fileURLToPath(import.meta.url));
  child.send({ request, ...offered });
  const [latencies] = await once(child, 'message');
  await once(child, 'exit');
  return latencies;
}

if (process.send)
  process.once('message', async ({ request, ...offered }) => {
    process.send(await offer({ ...offered, nextRequest: () => request }), () => process.disconnect());
  });
