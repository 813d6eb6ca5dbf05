import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import type { Violation } from '../problem-details/violation.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Middleware } from '../http/mount-at.js';
import { ArtifactAdapter } from './artifact-adapter.js';
import { createProvider } from './provider.js';
import { redirectUriRefusals } from './redirect-uri-refusals.js';
import { registeredClients, secretUses } from './registered-clients.js';
import { ServerState } from './server-state.js';

const READ = ['GET', 'HEAD'];

/** oidc-provider has more routes, for what is not served: they must not half work. */
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

/** An authorization server in this process. It reads the registry's own tables, so there is nothing to bring to it. */
@Injectable()
export class EmbeddedAuthorizationServer extends AuthorizationServer {
  readonly appliesOnCommit = true;
  readonly isReachable = true;
  private readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  constructor(config: Config, state: ServerState, pool: pg.Pool) {
    super();
    const logger = new Logger(EmbeddedAuthorizationServer.name);
    this.answer = createProvider({
      config,
      state,
      findClient: registeredClients(pool),
      noteUse: secretUses(pool, (error) =>
        logger.warn(`The use of a secret was not noted: ${String(error)}`),
      ),
      artifacts: (model) => new ArtifactAdapter(model, pool),
      logger,
    }).callback();
  }

  readonly middleware: Middleware = (request, response, next) => {
    if (isServed(request)) this.answer(request, response).catch(next);
    else next();
  };

  refusals({ redirect_uris }: ClientSettings): Violation[] {
    return redirectUriRefusals(redirect_uris);
  }

  seal(): null {
    return null;
  }

  settle(client: LoadedOAuthClient): Promise<LoadedOAuthClient> {
    return Promise.resolve(client);
  }
}

function isServed({ url = '', method = '', headers }: IncomingMessage): boolean {
  const path = url.split('?')[0] ?? '';
  // A preflight asks for the method that is to follow (Fetch standard, section 3.3.2).
  const asked = method === 'OPTIONS' ? headers['access-control-request-method'] : method;
  return SERVED.some(([served, methods]) => served.test(path) && methods.includes(asked ?? ''));
}
