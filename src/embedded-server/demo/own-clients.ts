import { createHash } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';
import type { Config } from '../../config/config.js';
import { REGISTRY_SCOPES } from '../../oauth-clients/model/scope.js';
import { PLATFORM_SCOPE } from '../../access/permission.js';
import { toClientMetadata, type RegisteredClient } from '../client-registration.js';
import { PLATFORM_CLIENT_ID, SWAGGER_UI_CLIENT_ID } from './demo.js';
import type { ServerState } from '../server-state.js';

/** Where Swagger UI takes the answer of the authorization endpoint. */
export const swaggerUiRedirectUri = ({ publicUrl }: Pick<Config, 'publicUrl'>): string =>
  `${publicUrl}/docs/oauth2-redirect.html`;

/** The platform's own clients: no tenant's, so in no table. */
export const ownClients = (config: Config, state: ServerState): ClientMetadata[] =>
  [platform(state), swaggerUi(config)].map(toClientMetadata);

const OF_NO_TENANT = {
  organizationId: null,
  projectId: null,
  projectName: null,
  enabled: true,
} as const;

const platform = ({ platformSecret }: ServerState): RegisteredClient => ({
  ...OF_NO_TENANT,
  clientId: PLATFORM_CLIENT_ID,
  name: 'Platform',
  redirectUris: [],
  grantTypes: ['client_credentials'],
  scopes: [PLATFORM_SCOPE],
  trusted: false,
  tokenEndpointAuthMethod: 'client_secret_basic',
  pkceRequired: false,
  pkceChallengeMethod: null,
  secrets: [
    {
      id: PLATFORM_CLIENT_ID,
      hash: createHash('sha256').update(platformSecret).digest('base64'),
      isUseDue: false,
    },
  ],
});

/** A page keeps no secret, and the platform's own page asks nobody for consent. */
const swaggerUi = (config: Config): RegisteredClient => ({
  ...OF_NO_TENANT,
  clientId: SWAGGER_UI_CLIENT_ID,
  name: 'Swagger UI of the OAuth Client Registry',
  redirectUris: [swaggerUiRedirectUri(config)],
  grantTypes: ['authorization_code'],
  scopes: REGISTRY_SCOPES,
  trusted: true,
  tokenEndpointAuthMethod: 'none',
  pkceRequired: true,
  pkceChallengeMethod: 'S256',
  secrets: [],
});
