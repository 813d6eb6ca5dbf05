import type { Config } from '../config/config.js';
import type { Context, Middleware } from './oidc-provider.js';

/** The same for everybody, and read by browser applications before they do anything else: every page may. */
const PUBLIC_DOCUMENTS: readonly string[] = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/jwks',
];

/** Whether pages of this origin may read answers to clients. Not what Koa takes for our own: callers say that (`X-Forwarded-Host`). */
export const mayRead = ({ publicUrl, corsOrigins }: Config, origin: string): boolean =>
  origin === publicUrl || corsOrigins.includes(origin);

/** Hides from other origins what oidc-provider shows to all: preflights, and refusals of clients that it does not know yet. */
export const hideFromOtherOrigins =
  (config: Config): Middleware =>
  async (ctx, next) => {
    // What was said for the API already: oidc-provider would leave it at that, and check no origin.
    tellNothing(ctx);
    await next();
    if (!PUBLIC_DOCUMENTS.includes(ctx.path) && !mayRead(config, ctx.get('origin'))) tellNothing(ctx);
  };

function tellNothing(ctx: Context): void {
  for (const name of Object.keys(ctx.response.headers)) {
    if (name.startsWith('access-control-')) ctx.remove(name);
  }
}
