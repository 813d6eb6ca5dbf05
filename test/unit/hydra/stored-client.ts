import { grantableAudiences } from '../../../src/oauth-clients/model/audience.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import type { StoredHydraClient } from '../../../src/hydra/admin-api/hydra-admin-api.js';
import { RegistrationContext } from '../../../src/hydra/admin-api/registration-context.js';
import type { Registration } from '../../../src/oauth-clients/model/registration.js';

export const REGISTRATION: Registration = {
  ...newSettings({ name: 'Web shop', grant_types: ['authorization_code'] }),
  id: 'the row',
  client_id: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
  organization_id: 'the organization',
  project_id: 'the project',
  name: 'Web shop',
  description: null,
  redirect_uris: ['https://shop.example/callback'],
  grant_types: ['authorization_code'],
  scopes: ['notes:read'],
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_required: true,
  pkce_challenge_method: 'S256',
  trusted: false,
  enabled: true,
  revision: 7,
  deleted: false,
  mode: 'direct',
  key: null,
  secret_id: 'the secret',
  secret_lost: false,
  sealed: null,
  unmanaged: null,
};

/** What Hydra 26.2 answers of a client without any of these members. */
const NOTHING = {
  client_name: '',
  redirect_uris: [],
  grant_types: [],
  response_types: [],
  scope: 'offline_access offline openid',
  audience: [],
  owner: '',
  policy_uri: '',
  allowed_cors_origins: [],
  tos_uri: '',
  client_uri: '',
  logo_uri: '',
  contacts: [],
  client_secret_expires_at: 0,
  subject_type: 'public',
  jwks: {},
  token_endpoint_auth_method: 'client_secret_basic',
  userinfo_signed_response_alg: 'none',
  created_at: '2026-11-23T08:26:57Z',
  updated_at: '2026-11-23T08:26:56.870057Z',
  metadata: {},
  skip_consent: false,
  skip_logout_consent: null,
  authorization_code_grant_access_token_lifespan: null,
  client_credentials_grant_access_token_lifespan: null,
};

/** A client as Hydra answers it. */
export const clientInHydra = (members: object = {}): StoredHydraClient => ({
  client_id: REGISTRATION.client_id,
  ...NOTHING,
  ...members,
});

/** Of a platform whose tenants may hand out what is below `https://api.example.com/`. */
export const TERMS = new RegistrationContext(
  'the registry',
  'oauth-client-registry',
  () => true,
  grantableAudiences({
    audience: 'oauth-client-registry',
    publicUrl: 'https://registry.example',
    assignableAudiences: ['https://api.example.com/*', 'orders'],
  }),
);
