import fc from 'fast-check';

/** A client as an operator once made it in Hydra, past any registry. */
export interface VariedClient {
  /** As it was sent. */
  readonly members: Readonly<Record<string, unknown>> & { readonly client_id: string };
  /** Null for a client that has none. */
  readonly secret: string | null;
  readonly method: string;
  /** Whether it has what the registry has no word for. */
  readonly isInexpressible: boolean;
}

/** What the operator of the registry has listed before the clients are taken over. */
export const LISTED_FOR_VARIED = {
  ASSIGNABLE_SCOPES:
    'openid offline offline_access profile email notes:* system/*.read https://www.googleapis.com/auth/* api://0a1b2c3d/*',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com/* orders stalwart',
};

const someOf = <T>(...items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items]);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const GRANTS = ['authorization_code', 'client_credentials', 'refresh_token', 'implicit'];
const OTHER_GRANTS = [
  'password',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:ietf:params:oauth:grant-type:device_code',
];
const RESPONSE_TYPES = [
  'code',
  'token',
  'id_token',
  'id_token token',
  'token id_token',
  'none',
  'refresh_token',
];

const REDIRECT_URIS = [
  'https://app.example.com/cb',
  'https://app.example.com/cb',
  'https://APP.example.com/Callback?x=1',
  'http://203.0.113.9:9010/callback',
  'http://tokyo:3000/sessions/callback',
  'http://localhost:3000/auth/callback',
  'http://127.0.0.1:5555/callback',
  'https://127.0.0.1/cb',
  'com.example.app://cb',
  'com.example.app:/cb',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'https://my_service.example.com/cb',
  'https://example.com/{tenant}/cb',
  'https://*.example.com/cb',
  '/relative',
];

const NAMES = [
  '',
  ' ',
  'Web shop',
  'متجر',
  'Café 🚀 管理',
  'n'.repeat(150),
  'Web\u202eshop',
  '\u200fשלום',
  '<b>x</b>',
];
const SCOPES = [
  'openid',
  'offline',
  'offline_access',
  'profile',
  'notes:read',
  'notes:write',
  'system/*.read',
  'https://www.googleapis.com/auth/drive.readonly',
  'api://0a1b2c3d/.default',
];

const KEY = { kty: 'EC', crv: 'P-256', use: 'sig', alg: 'ES256', kid: 'k' };
const JWKS = {
  keys: [
    {
      ...KEY,
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    },
  ],
};

const DURATIONS = ['15m', '1h', '2h30m', '720h', '90s'];
const LIFESPANS = [
  'authorization_code_grant_access_token_lifespan',
  'authorization_code_grant_id_token_lifespan',
  'authorization_code_grant_refresh_token_lifespan',
  'client_credentials_grant_access_token_lifespan',
  'implicit_grant_access_token_lifespan',
  'jwt_bearer_grant_access_token_lifespan',
  'refresh_token_grant_id_token_lifespan',
  'refresh_token_grant_refresh_token_lifespan',
  'device_authorization_grant_access_token_lifespan',
];
/** All that a lifetime of the registry stands for. */
const ID_TOKEN_LIFESPANS = ['authorization_code', 'device_authorization', 'implicit', 'refresh_token'].map(
  (grant) => `${grant}_grant_id_token_lifespan`,
);

const lifespans: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.constant({}),
  fc.dictionary(fc.constantFrom(...LIFESPANS), fc.constantFrom(...DURATIONS), { maxKeys: 5 }),
  fc
    .constantFrom(...DURATIONS)
    .map((every) => Object.fromEntries(ID_TOKEN_LIFESPANS.map((name) => [name, every]))),
);

const metadata = fc.oneof(
  fc.constant(undefined),
  fc.constant({ first_party: true }),
  fc.constant({ team: { name: 'shop', people: [1, 'two', null] }, 'with/slash~tilde': '💥' }),
);

const uri = (path: string) =>
  maybe(fc.constantFrom(`https://app.example.com/${path}`, `http://app.example.com/${path}`));

/** What the registry manages. */
const managed = fc.record({
  client_name: fc.constantFrom(...NAMES),
  grant_types: fc.oneof(
    { weight: 12, arbitrary: someOf(...GRANTS) },
    { weight: 1, arbitrary: someOf(...GRANTS, ...OTHER_GRANTS) },
  ),
  response_types: fc.oneof(
    { weight: 10, arbitrary: someOf(...RESPONSE_TYPES) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<string[]>(
        ['code id_token'],
        ['code', 'token code'],
        ['id_token code token'],
      ),
    },
  ),
  scope: someOf(...SCOPES).map((scopes) => scopes.join(' ')),
  redirect_uris: someOf(...REDIRECT_URIS).map((uris) => uris.slice(0, 5)),
  audience: maybe(someOf('https://api.example.com/orders', 'orders', 'stalwart')),
  allowed_cors_origins: maybe(
    someOf('https://app.example.com', 'http://localhost:3000', 'https://*.example.com', 'http://lan.example'),
  ),
  client_uri: uri(''),
  logo_uri: uri('logo.png'),
  policy_uri: uri('privacy'),
  tos_uri: uri('tos'),
  contacts: maybe(someOf('team@example.com', 'not an address', 'a@example.com')),
  skip_consent: maybe(fc.boolean()),
  skip_logout_consent: maybe(fc.boolean()),
});

/** What is the operator's own. */
const unmanaged = fc.record({
  jwks: maybe(fc.constant(JWKS)),
  access_token_strategy: maybe(fc.constantFrom('jwt', 'opaque')),
  userinfo_signed_response_alg: maybe(fc.constantFrom('none', 'RS256')),
  backchannel_logout_uri: maybe(fc.constant('https://app.example.com/bc')),
  backchannel_logout_session_required: maybe(fc.boolean()),
  frontchannel_logout_uri: maybe(fc.constant('https://app.example.com/fc')),
  frontchannel_logout_session_required: maybe(fc.boolean()),
  request_uris: maybe(fc.constant(['https://app.example.com/request'])),
  request_object_signing_alg: maybe(fc.constant('RS256')),
  metadata,
});

/** Printable, as people choose them. */
const secrets = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189-._~+/=%&: é💥'),
  minLength: 6,
  maxLength: 30,
});
const ids = fc.oneof(
  fc.uuid(),
  fc.string({ unit: fc.constantFrom(...'abcXYZ0189._~:/@+-'), minLength: 1, maxLength: 40 }),
);

const client = fc
  .record({
    id: ids,
    secret: secrets,
    method: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('', 'client_secret_basic', 'client_secret_post', 'none') },
      { weight: 1, arbitrary: fc.constant('private_key_jwt') },
    ),
    managed,
    unmanaged,
    lifespans,
  })
  .map(({ id, secret, method, managed: said, ...more }): VariedClient => {
    const hasSecret = method !== 'none';
    return {
      members: {
        ...said,
        ...more.unmanaged,
        ...more.lifespans,
        ...(method === 'private_key_jwt' && { jwks: JWKS }),
        client_id: id,
        token_endpoint_auth_method: method,
        ...(hasSecret && { client_secret: secret }),
        post_logout_redirect_uris: said.redirect_uris.slice(0, 1),
      },
      secret: hasSecret ? secret : null,
      method: method || 'client_secret_basic',
      isInexpressible: method === 'private_key_jwt' || hasOtherGrant(said) || hasHybrid(said),
    };
  });

type Said = typeof managed extends fc.Arbitrary<infer T> ? T : never;

const hasOtherGrant = ({ grant_types }: Said): boolean =>
  grant_types.some((grant) => !GRANTS.includes(grant));

/** With a grant that Hydra would serve it by; without any grant that is the code flow. */
function hasHybrid({ grant_types, response_types }: Said): boolean {
  const grants = grant_types.length > 0 ? grant_types : ['authorization_code'];
  return response_types.some((type) => {
    const words = type.split(' ');
    if (words.length < 2 || !words.includes('code') || !grants.includes('authorization_code')) return false;
    return !words.includes('token') || grants.includes('implicit');
  });
}

/** The same ones for the same seed; their ids are new. @param run makes the ids of one run its own */
export const variedClients = (count: number, seed: number, run: string): VariedClient[] =>
  fc.sample(client, { numRuns: count, seed }).map(({ members, ...rest }, at) => ({
    ...rest,
    members: { ...members, client_id: idOf(members.client_id, `${run}-${at}`) },
  }));

const idOf = (id: string, suffix: string): string =>
  /^[\da-f-]{36}$/.test(id) ? crypto.randomUUID() : `${id}.${suffix}`;
