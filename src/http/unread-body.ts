import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Actor } from '../auth/actor.js';
import { Problem } from '../problem-details/problem.js';

/** Milliseconds in which a caller can fetch its answer while it still sends. */
const LINGER_MS = 2_000;

/** Bytes of a body that are read only to be thrown away: as many as the bodies of most routes may have. */
const MAX_DROPPED_BYTES = 128 * 1024;

const closing = new WeakSet<Socket>();

/** Whether a body follows the headers, as RFC 9112, section 6.3 tells. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/**
 * Keeps Fastify from reading bodies: `BodyGuard` reads those of callers who may send them. An answer before that ends the
 * connection, so that nobody has to take the rest.
 */
export function leaveBodiesUnread(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    fastify.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  }
  fastify.addHook('onRequest', ({ socket }, _reply, done) => {
    // What was sent behind an unread body can no longer be answered, so it must not be done.
    done(
      closing.has(socket)
        ? new Problem('bad_request', 'The connection is closed: send the request over another one.')
        : undefined,
    );
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (hasBody(request.raw) && !isTaken(request)) {
      reply.header('connection', 'close');
      lingerOn(request.raw);
    }
    done();
  });
}

/**
 * Whether the body was read to its end, or is small and of a caller who has authenticated: then Node reads the rest and throws
 * it away, and the caller keeps its connection. That depends on the request alone, so that it does not tell what exists.
 */
function isTaken({ raw, user }: FastifyRequest & { readonly user?: Actor }): boolean {
  const length = Number(raw.headers['content-length'] ?? Infinity);
  return raw.readableEnded || (user !== undefined && length <= MAX_DROPPED_BYTES);
}

/** For an answer that Fastify does not send, to a request whose body nobody has read to its end. */
export function endConnectionAfterAnswer(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close');
  lingerOn(request);
}

/**
 * Closes the connection a moment after the answer instead of with it: a connection that is closed with bytes unread is reset,
 * and a reset can take the answer along (RFC 9112, section 9.6).
 */
function lingerOn(request: IncomingMessage): void {
  const { socket } = request;
  socket.destroySoon = () => {
    closing.add(socket);
    socket.end();
    request.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    // Node no longer knows of the request, which never ends, since its answer is complete.
    socket.once('close', () => {
      clearTimeout(timer);
      request.destroy();
    });
  };
}
