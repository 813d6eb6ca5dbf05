import type { Config } from '../config/config.js';
import { REGISTRY_SCOPES } from '../oauth-clients/model/scope.js';
import type { SwaggerSignIn } from './authorization-server.js';

/** Where Swagger UI takes the answer of the authorization endpoint: its client registers this URI. */
export const swaggerUiRedirectUri = ({ publicUrl }: Pick<Config, 'publicUrl'>): string =>
  `${publicUrl}/docs/oauth2-redirect.html`;

/**
 * How Swagger UI signs people in, by a public client of its own: with PKCE, and for all that this API can be asked.
 *
 * @param parameters what the authorization request says beside that
 */
export const signInBy = (
  clientId: string,
  config: Pick<Config, 'publicUrl'>,
  parameters: Readonly<Record<string, string>> = {},
): SwaggerSignIn => ({
  oauth2RedirectUrl: swaggerUiRedirectUri(config),
  initOAuth: {
    clientId,
    scopes: [...REGISTRY_SCOPES],
    usePkceWithAuthorizationCodeGrant: true,
    // Asks who signs in each time, so that one can change from one person to another.
    additionalQueryStringParams: { prompt: 'login', ...parameters },
  },
});
