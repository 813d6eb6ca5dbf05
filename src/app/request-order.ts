import type { Provider } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { AccessGuard } from '../access/access.guard.js';
import type { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { compressAnswers } from '../http/compressed-answers.js';
import { BodyGuard } from '../http/body.guard.js';
import type { Config } from '../config/config.js';
import { refuseOtherMethods } from '../http/allowed-methods.js';
import { noticeUnnamedProxy } from '../http/unnamed-proxy.js';
import { refuseAmbiguousRequests } from '../http/request-checks.js';
import { sendStandardHeaders, type SecurityHeaders } from '../http/security-headers.js';
import type { Shutdown } from '../http/shutdown.js';
import { leaveBodiesUnread } from '../http/unread-body.js';
import { logRequests } from '../logging/request-log.js';
import { measureRequests } from '../metrics/measure-requests.js';
import type { Metrics } from '../metrics/metrics.js';
import { openDocumentToAll } from './cross-origin.js';
import { ActorLimitGuard } from '../rate-limit/actor-limit.guard.js';
import { AuthenticationGuard } from '../rate-limit/authentication.guard.js';
import { limitAddresses } from '../rate-limit/limit-addresses.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import { ShapePipe } from '../validation/shape.pipe.js';
import { UnusedInputGuard } from '../validation/unused-input.guard.js';

/*
 * What a request passes, in this order. CONTRIBUTING.md says it in a sentence ("The floors"); the order is part of the
 * security model. Each step either lets the request on or answers it, and then the next steps do not see it.
 */

/** What hooks ask for when a request comes. Nest makes it after the hooks, and before the first request. */
export interface Made {
  readonly authorizationServer: AuthorizationServer;
  readonly metrics: Metrics;
}

export interface HookParts {
  readonly config: Config;
  readonly headers: SecurityHeaders;
  readonly rateLimits: RateLimits;
  readonly shutdown: Shutdown;
  readonly made: () => Made;
}

const DOCUMENTATION = /^\/(?:docs(?:\/.*)?|openapi\.json)$/;

/**
 * Adds the hooks of Fastify, which come first and for every path. They must be added before Nest makes the application:
 * then they run before its middleware, and so hold for the endpoints of an authorization server in this process too.
 * Preflights of CORS are answered by Nest before all of them.
 */
export function addHooks(
  fastify: FastifyInstance,
  { config, headers, rateLimits, shutdown, made }: HookParts,
): void {
  sendStandardHeaders(fastify, config, headers);
  openDocumentToAll(fastify);
  noticeUnnamedProxy(fastify, config.trustProxy);
  limitAddresses(fastify, rateLimits, (request) => made().authorizationServer.isSender(request));
  refuseAmbiguousRequests(fastify);
  shutdown.guard(fastify);
  refuseOtherMethods(fastify);
  // The authorization server answers what is its own (middleware). No body is read before the guards have let it in.
  leaveBodiesUnread(fastify);
  // Compresses the documentation and the metrics, which are large and need no token.
  compressAnswers(fastify, { kept: DOCUMENTATION, changing: /^\/metrics$/ });
  // These two run after the answer.
  logRequests(fastify);
  measureRequests(fastify, () => made().metrics);
}

/** Then Nest's guards and pipe, for the routes of the API. Its controllers, and below them the rules, come after these. */
export const GUARDS_AND_PIPE: readonly Provider[] = [
  // Who is it? And if the token, or the secret of a hook, does not prove that: has this address failed too often?
  { provide: APP_GUARD, useClass: AuthenticationGuard },
  // Does this actor ask too often?
  { provide: APP_GUARD, useClass: ActorLimitGuard },
  // May it?
  { provide: APP_GUARD, useClass: AccessGuard },
  // Does the route take all that the request sends? Asked before the body is read.
  { provide: APP_GUARD, useClass: UnusedInputGuard },
  // What does it send, and can that be read?
  { provide: APP_GUARD, useClass: BodyGuard },
  // Has what it sends the right types and bounds?
  { provide: APP_PIPE, useClass: ShapePipe },
];
