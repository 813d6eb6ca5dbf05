import type { Client } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { originsOf } from '../oauth-clients/model/browser-origin.js';
import { registrationOf } from './client-registration.js';
import type { Context, KoaMiddleware } from './oidc-provider.js';

/** Whether a client has pages of this origin. A preflight names no client, so it is asked of all. */
export type FindOrigin = (origin: string) => Promise<boolean>;

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

/**
 * Hides from other origins what oidc-provider shows to all: answers to preflights, and refusals from before it knows the
 * client.
 */
export const hideFromOtherOrigins =
  (config: Config, findOrigin: FindOrigin): KoaMiddleware =>
  async (ctx, next) => {
    // Removes what was already said for the API: oidc-provider would leave it at that, and check no origin.
    tellNothing(ctx);
    await next();
    if (!PUBLIC_DOCUMENTS.includes(ctx.path) && !(await mayRead(ctx, config, findOrigin))) tellNothing(ctx);
  };

async function mayRead(ctx: Context, config: Config, findOrigin: FindOrigin): Promise<boolean> {
  const origin = ctx.get('origin');
  if (origin === '' || isOfThePlatform(config, origin)) return true;
  if (ctx.method === 'OPTIONS') return findOrigin(origin);
  const client = ctx.oidc?.client;
  return client !== undefined && mayReadAnswersTo(client, config, origin);
}

function tellNothing(ctx: Context): void {
  for (const name of Object.keys(ctx.response.headers)) {
    if (name.startsWith('access-control-')) ctx.remove(name);
  }
}
