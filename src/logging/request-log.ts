import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';

interface Identified {
  readonly user?: Actor;
  readonly params: Partial<Record<string, string>> | null;
}

/** One line for each request: who, where, what came of it. Queries, headers and bodies stay out: they can hold secrets. */
export function logRequests(fastify: FastifyInstance): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
}

export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(describe(request, reply), 'request');
}

function describe(request: FastifyRequest, reply: FastifyReply): object {
  const { user, params } = request as FastifyRequest & Identified;
  return {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? pathOf(request.originalUrl),
    status: reply.statusCode,
    duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    actor: user && { kind: user.kind, subject: user.subject, client_id: user.clientId },
    organization_id: params?.['org_id'],
    project_id: params?.['project_id'],
    oauth_client_id: params?.['oauth_client_id'],
    remote_address: request.ip,
  };
}

/** The path of a request that no route takes, cut to 200 characters, since anyone can make it up. */
const pathOf = (url: string): string => (url.split('?', 1)[0] ?? '').slice(0, 200);
