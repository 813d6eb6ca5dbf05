const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string;

const LIFESPANS = Object.fromEntries(
  [
    'authorization_code_grant_access_token',
    'authorization_code_grant_id_token',
    'authorization_code_grant_refresh_token',
    'client_credentials_grant_access_token',
    'implicit_grant_access_token',
    'implicit_grant_id_token',
    'jwt_bearer_grant_access_token',
    'refresh_token_grant_id_token',
    'refresh_token_grant_access_token',
    'refresh_token_grant_refresh_token',
    'device_authorization_grant_id_token',
    'device_authorization_grant_access_token',
    'device_authorization_grant_refresh_token',
  ].map((name) => [`${name}_lifespan`, null]),
);

/** A client that was sent empty, as a GET shows it: every member that Hydra has. */
export const STORED = {
  client_id: '{id}',
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
  created_at: TIME,
  updated_at: TIME,
  metadata: {},
  skip_consent: false,
  skip_logout_consent: null,
  ...LIFESPANS,
};

/** The same as the answer to a PUT shows it: lists that were not sent are null there, except two. */
export const REPLACED = {
  ...STORED,
  redirect_uris: null,
  grant_types: null,
  response_types: null,
  contacts: null,
};

/** The same as the answer to a POST shows it. */
export const CREATED = {
  ...REPLACED,
  client_secret: expect.stringMatching(/^[\w.~-]{26}$/) as string,
  registration_access_token: expect.stringMatching(/^ory_at_/) as string,
  registration_client_uri: expect.stringMatching(/\/oauth2\/register\/{0,1}/) as string,
};

export const NOT_FOUND = { error: 'Unable to locate the resource', error_description: '' };

export const DUPLICATE = {
  error: 'Unable to insert or update resource because a resource with that value exists already',
  error_description: '',
};

/** For all that Hydra has no name for. */
export const UNRECOGNIZABLE = { error: 'error', error_description: 'The error is unrecognizable' };
