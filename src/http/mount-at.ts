import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** A request as middleware gets it: its `url` is what follows the path that the middleware is mounted at. */
interface MountedRequest extends IncomingMessage {
  /** The URL as it was sent. */
  readonly originalUrl: string;
}

/**
 * Serves what is below a path, in its one spelling. Middie by itself takes `/OAUTH2` and `/%6fauth2` for `/oauth2`, and
 * whatever goes by the path as it was sent (limits, metrics, rules of a gateway) would take them for other paths.
 */
export function mountAt(path: string, nest: NestFastifyApplication, middleware: Middleware): void {
  nest.use(path, (request: MountedRequest, response: ServerResponse, next: () => void) => {
    if (request.originalUrl.startsWith(`${path}/`)) middleware(request, response, next);
    else next();
  });
}

/**
 * Serves the metadata of a mounted authorization server where RFC 8414, section 3.1, looks for it when the issuer has a
 * path: the well-known name goes before that path.
 */
export function mountMetadata(path: string, nest: NestFastifyApplication, middleware: Middleware): void {
  const name = '/.well-known/oauth-authorization-server';
  nest.use(name + path, (request: MountedRequest, response: ServerResponse, next: () => void) => {
    if (request.originalUrl.split('?', 1)[0] !== name + path) return next();
    request.url = name;
    middleware(request, response, next);
  });
}
