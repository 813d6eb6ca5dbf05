import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Actor } from '../auth/actor.js';
import { Problem } from '../problem-details/problem.js';
import { MAX_BODY_BYTES } from './json-body.js';

/** Milliseconds in which a caller can fetch its answer while it still sends. */
const LINGER_MS = 2_000;

const closing = new WeakSet<Socket>();

/** Requests whose bodies Node reads to their end and throws away. */
const dropped = new WeakSet<IncomingMessage>();

/** Whether a body follows the headers, as RFC 9112, section 6.3 tells. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Whether there is more of the body than anybody has read, or will. */
export const isLeftUnread = (request: IncomingMessage): boolean =>
  hasBody(request) && !request.readableEnded && !dropped.has(request);

/** Keeps Fastify from reading bodies: `BodyGuard` reads those of callers who may send them. */
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
  fastify.addHook('onSend', (request, _reply, _payload, done) => {
    if (mayBeDropped(request)) dropped.add(request.raw);
    done();
  });
}

/**
 * Whether the body has a size that most routes take, and the caller has authenticated, who so keeps its connection. That depends
 * on the request alone, so that it does not tell what exists.
 */
const mayBeDropped = ({ raw, user }: FastifyRequest & { readonly user?: Actor }): boolean =>
  user !== undefined && Number(raw.headers['content-length']) <= MAX_BODY_BYTES;

/**
 * Closes the connection a moment after the answer instead of with it: a connection that is closed with bytes unread is reset,
 * and a reset can take the answer along (RFC 9112, section 9.6).
 */
export function lingerOn(request: IncomingMessage): void {
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
