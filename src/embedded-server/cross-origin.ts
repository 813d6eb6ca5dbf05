import type { Client } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { originsOf } from '../oauth-clients/model/browser-origin.js';
import { registrationOf } from './client-registration.js';
import type { Context, KoaMiddleware } from './oidc-provider.js';

/**
 * Documents that are the same for everybody, and that browser applications read before they do anything else: every page
 * may read them.
 */
const PUBLIC_DOCUMENTS: readonly string[] = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/jwks',
];

/** Whether pages of this origin may read what this client is answered: the platform's may for all clients. */
export const mayReadAnswersTo = (client: Client, config: Config, origin: string): boolean =>
  isOfThePlatform(config, origin) || originsOf(registrationOf(client)).includes(origin);

/** Goes by the configuration, and not by the origin that Koa takes for ours, which callers choose (`X-Forwarded-Host`). */
const isOfThePlatform = ({ publicUrl, corsOrigins }: Config, origin: string): boolean =>
  origin === publicUrl || corsOrigins.includes(origin);

/** Hides from other origins what oidc-provider shows to all: refusals from before it knows the client. */
export const hideFromOtherOrigins =
  (config: Config): KoaMiddleware =>
  async (ctx, next) => {
    // Removes what was already said for the API: oidc-provider would leave it at that, and check no origin.
    tellNothing(ctx);
    await next();
    if (!PUBLIC_DOCUMENTS.includes(ctx.path) && !mayRead(ctx, config)) tellNothing(ctx);
  };

/**
 * A preflight names no client: it lets every page ask, and what a page may read of the answer is decided with that. To look for
 * the origin among all clients would cost everybody's time, and tell anybody which origins they have.
 */
function mayRead(ctx: Context, config: Config): boolean {
  const origin = ctx.get('origin');
  if (origin === '' || ctx.method === 'OPTIONS' || isOfThePlatform(config, origin)) return true;
  const client = ctx.oidc?.client;
  return client !== undefined && mayReadAnswersTo(client, config, origin);
}

function tellNothing(ctx: Context): void {
  for (const name of Object.keys(ctx.response.headers)) {
    if (name.startsWith('access-control-')) ctx.remove(name);
  }
}
