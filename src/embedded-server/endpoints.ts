import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { Config } from '../config/config.js';
import type { Middleware } from '../http/mount-at.js';
import { assignableScopes } from '../oauth-clients/model/scope.js';
import { ArtifactAdapter } from './artifact-adapter.js';
import { createProvider } from './provider.js';
import { registeredClients, secretNotes } from './registered-clients.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import type { ServerState } from './server-state.js';

const READ = ['GET', 'HEAD'];

/** The routes that are served. oidc-provider has more, for features that are off: they must not half work. */
const SERVED: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/token$/, ['POST']],
  [/^\/jwks$/, READ],
  [/^\/\.well-known\/(openid-configuration|oauth-authorization-server)$/, READ],
  [/^\/auth$/, ['GET']],
  [/^\/auth\/[\w-]+$/, ['GET']],
  [/^\/interaction\/[\w-]+$/, ['GET', 'POST']],
  [/^\/me$/, ['GET', 'POST']],
  [/^\/session\/end$/, ['GET']],
  [/^\/session\/end\/confirm$/, ['POST']],
  [/^\/session\/end\/success$/, ['GET']],
];

interface EndpointParts {
  readonly config: Config;
  readonly state: ServerState;
  readonly pool: pg.Pool;
  readonly limits: RateLimits;
}

/** Serves oidc-provider over the registry's own tables. */
export function embeddedEndpoints({ config, state, pool, limits }: EndpointParts): Middleware {
  const logger = new Logger('EmbeddedAuthorizationServer');
  const answer = createProvider({
    config,
    state,
    findClient: registeredClients(pool, assignableScopes(config.assignableScopes)),
    notes: secretNotes(pool, (error) => logger.warn(`The use of a secret was not noted: ${String(error)}`)),
    artifacts: (model) => new ArtifactAdapter(model, pool),
    limits,
    logger,
  }).callback();
  return (request, response, next) => {
    if (isServed(request)) answer(request, response).catch(next);
    else next();
  };
}

function isServed({ url = '', method = '', headers }: IncomingMessage): boolean {
  const path = url.split('?')[0] ?? '';
  // A preflight asks for the method that is to follow (Fetch standard, section 3.3.2).
  const asked = method === 'OPTIONS' ? headers['access-control-request-method'] : method;
  return SERVED.some(([served, methods]) => served.test(path) && methods.includes(asked ?? ''));
}
