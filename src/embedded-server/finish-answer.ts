import type { Logger } from '@nestjs/common';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { problemOf } from '../problem-details/problem.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import { errors, type KoaMiddleware } from './oidc-provider.js';
import { answerPeople } from './pages/error-page.js';
import { keepingQuery } from './redirect-uri-match.js';

type Context = Parameters<KoaMiddleware>[0];

/** Completes every answer, and answers the errors that oidc-provider has not answered. */
export const finishAnswer =
  (logger: Logger, limits: RateLimits): KoaMiddleware =>
  async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      answerError(ctx, error, logger);
    }
    if (ctx.status === 401) await limitFailures(ctx, limits);
    if (ctx.status === 503) ctx.set('retry-after', '5');
    finishAuthorization(ctx);
  };

/**
 * Answers 429 in place of 401 where an address has failed too often. Whoever authenticates rightly is served, however often
 * others fail at their address.
 */
async function limitFailures(ctx: Context, limits: RateLimits): Promise<void> {
  // The address that `TRUST_PROXY` leads to: Koa's own is that of the connection.
  const { ip } = ctx.req as Context['req'] & { readonly ip: string };
  const refusal = await problemOf(limits.admitFailure(ip));
  if (refusal === undefined) return;
  ctx.status = refusal.status;
  ctx.remove('www-authenticate');
  ctx.set(refusal.headers);
  ctx.body = JSON.stringify(refusal.toBody(ctx.response.get('x-request-id')));
  ctx.type = 'application/problem+json; charset=utf-8';
}

function answerError(ctx: Context, error: unknown, logger: Logger): void {
  const isKnown = error instanceof errors.OIDCProviderError && error.expose;
  if (!isKnown) logger.error(String(error), error instanceof Error ? error.stack : undefined);
  ctx.status = isKnown ? error.statusCode : 500;
  ctx.remove('location');
  const code = error instanceof errors.SessionNotFound ? 'session_not_found' : isKnown && error.error;
  answerPeople(ctx, {
    error: code || 'server_error',
    ...(isKnown && { error_description: error.error_description }),
  });
}

function finishAuthorization(ctx: Context): void {
  const oidc = ctx.oidc as KoaContextWithOIDC['oidc'] | undefined;
  const redirectUri = oidc?.params?.['redirect_uri'];
  if (typeof redirectUri !== 'string') return;
  const location = ctx.response.get('location');
  if (location) ctx.set('location', keepingQuery(location, redirectUri));
  if (oidc?.responseMode === 'form_post' && ctx.type === 'text/html') letFormsGo(ctx);
}

/** The page of `form_post` holds one form, whose target is the proven redirect URI and may redirect on to anywhere. */
function letFormsGo(ctx: Context): void {
  const policy = ctx.response.get('content-security-policy');
  ctx.set('content-security-policy', policy.replace(/form-action [^;]*;?/, ''));
}
