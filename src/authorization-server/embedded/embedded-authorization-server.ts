import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/config.js';
import type { ClientSettings } from '../../oauth-clients/oauth-client.merge.js';
import type { Violation } from '../../problem-details/violation.js';
import { AuthorizationServer, type Middleware } from '../authorization-server.js';
import { createProvider } from './provider.js';
import { redirectUriRefusals } from './redirect-uri-refusals.js';
import { registeredClients } from './registered-clients.js';
import { ServerState } from './server-state.js';

const READ = ['GET', 'HEAD'];

/** oidc-provider has more routes, for grants that are not served yet: they must not half work. */
const SERVED: ReadonlyMap<string, readonly string[]> = new Map([
  ['/token', ['POST']],
  ['/jwks', READ],
  ['/.well-known/openid-configuration', READ],
  ['/.well-known/oauth-authorization-server', READ],
]);

/** An authorization server in this process. It reads the registry's own tables, so there is nothing to bring to it. */
@Injectable()
export class EmbeddedAuthorizationServer extends AuthorizationServer {
  readonly appliesOnCommit = true;
  private readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  constructor(config: Config, state: ServerState, pool: pg.Pool) {
    super();
    const logger = new Logger(EmbeddedAuthorizationServer.name);
    this.answer = createProvider(config, state, registeredClients(pool), logger).callback();
  }

  readonly middleware: Middleware = (request, response, next) => {
    if (isServed(request)) this.answer(request, response).catch(next);
    else next();
  };

  refusals({ redirectUris }: ClientSettings): Violation[] {
    return redirectUriRefusals(redirectUris);
  }
}

function isServed({ url = '', method = '', headers }: IncomingMessage): boolean {
  const methods = SERVED.get(url.split('?')[0] ?? '');
  // A preflight asks for the method that is to follow (Fetch standard, section 3.3.2).
  const asked = method === 'OPTIONS' ? headers['access-control-request-method'] : method;
  return methods?.includes(asked ?? '') ?? false;
}
