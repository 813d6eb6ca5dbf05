import type { ClientMetadata } from 'oidc-provider';
import { swaggerUiRedirectUri } from '../../authorization-server/swagger-sign-in.js';
import type { Config } from '../../config/config.js';
import { newSettings } from '../../oauth-clients/model/client-settings.js';
import { hashSecret } from '../../oauth-clients/model/client-secret.js';
import { REGISTRY_SCOPES } from '../../oauth-clients/model/scope.js';
import { PLATFORM_SCOPE } from '../../access/permission.js';
import { toClientMetadata, type RegisteredClient } from '../client-registration.js';
import { PLATFORM_CLIENT_ID, SWAGGER_UI_CLIENT_ID } from './demo.js';
import type { ServerState } from '../server-state.js';

/** The platform's own clients: no tenant's, so in no table. */
export const ownClients = (config: Config, state: ServerState): ClientMetadata[] =>
  [platform(state), swaggerUi(config)].map(toClientMetadata);

const OF_NO_TENANT = {
  organization_id: null,
  project_id: null,
  project_name: null,
  tokens_ended_at: null,
  trust_ended_at: null,
  is_refusal_due: false,
} as const;

const platform = ({ platformSecret }: ServerState): RegisteredClient => ({
  ...OF_NO_TENANT,
  ...newSettings({ name: 'Platform', grant_types: ['client_credentials'], scopes: [PLATFORM_SCOPE] }),
  client_id: PLATFORM_CLIENT_ID,
  secrets: [
    {
      id: PLATFORM_CLIENT_ID,
      hash: hashSecret(platformSecret).toString('base64'),
      is_use_due: false,
    },
  ],
});

/**
 * The client of Swagger UI has no secret, which a page could not keep, and is trusted: nobody is asked for consent to the
 * platform's own page.
 */
const swaggerUi = (config: Config): RegisteredClient => ({
  ...OF_NO_TENANT,
  ...newSettings({
    name: 'Swagger UI of the OAuth Client Registry',
    redirect_uris: [swaggerUiRedirectUri(config)],
    grant_types: ['authorization_code'],
    scopes: [...REGISTRY_SCOPES],
    trusted: true,
    token_endpoint_auth_method: 'none',
  }),
  client_id: SWAGGER_UI_CLIENT_ID,
  secrets: [],
});
