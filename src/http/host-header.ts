import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** RFC 9112, section 3.2: a request without a Host, or with several, is refused. Only HTTP/1.0 may leave it out. */
export function refuseAmbiguousHosts(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    const hosts = countHosts(request);
    if (hosts === 1 || (hosts === 0 && request.raw.httpVersion === '1.0')) return;
    throw new Problem('bad_request', 'A request needs exactly one Host header.');
  });
}

/** Node keeps the first of several; a proxy before it may have gone by another. */
function countHosts({ raw: { rawHeaders } }: FastifyRequest): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}
