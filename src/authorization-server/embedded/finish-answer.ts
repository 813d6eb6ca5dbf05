import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Middleware } from './oidc-provider.js';
import { keepingQuery } from './redirect-uri-match.js';

/** Where every answer passes last. */
export const finishAnswer: Middleware = async (ctx, next) => {
  await next();
  if (ctx.status === 503) ctx.set('retry-after', '5');
  const { params, responseMode } = (ctx.oidc as Partial<KoaContextWithOIDC>['oidc']) ?? {};
  const redirectUri = params?.['redirect_uri'];
  if (typeof redirectUri !== 'string') return;
  const location = ctx.response.get('location');
  if (location) ctx.set('location', keepingQuery(location, redirectUri));
  if (responseMode === 'form_post' && ctx.type === 'text/html') letFormsGo(ctx);
};

/** The page of `form_post` holds one form, whose target is the proven redirect URI and may redirect on to anywhere. */
function letFormsGo(ctx: Parameters<Middleware>[0]): void {
  const policy = ctx.response.get('content-security-policy');
  ctx.set('content-security-policy', policy.replace(/form-action [^;]*;?/, ''));
}
