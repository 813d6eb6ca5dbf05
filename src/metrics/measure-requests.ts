import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import type { Metrics } from './metrics.js';

/** The methods that routes have. All others, of which there are dozens, count as `other`. */
const METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Records every request as it ends. @param metrics is first called when a request has ended */
export function measureRequests(fastify: FastifyInstance, metrics: () => Metrics): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    metrics().requests.record({
      method: METHODS.has(request.method) ? request.method : 'other',
      route: patternOf(request),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    done();
  });
}

/** The route as a label. The paths of the embedded authorization server are no routes of the router, and hold ids. */
function patternOf({ routeOptions, originalUrl }: FastifyRequest): string {
  return routeOptions.url ?? (originalUrl.startsWith(`${MOUNT_PATH}/`) ? `${MOUNT_PATH}/*` : 'none');
}
