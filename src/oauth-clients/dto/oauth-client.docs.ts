import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { ClientMember } from '../model/members.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import {
  GRANT_TYPES,
  PKCE_CHALLENGE_METHODS,
  TOKEN_ENDPOINT_AUTH_METHODS,
} from '../model/oauth-client.vocabulary.js';

/** The format is the one of all ids that the registry makes; the bounds are those of ids that were imported, too. */
export const CLIENT_ID = {
  type: String,
  format: 'uuid',
  minLength: 1,
  maxLength: 255,
  pattern: '^[A-Za-z0-9_.~:/@+-]+$',
} as const;

/** An address for people. */
const uriForPeople = (description: string, example: string) =>
  ({
    type: String,
    maxLength: LIMITS.uri,
    nullable: true,
    description: `${description} https only. An empty string in a request clears it.`,
    example,
  }) as const;

const lifetime = (description: string, example: number) =>
  ({
    type: 'integer',
    format: 'int32',
    minimum: 0,
    maximum: LIMITS.max_lifetime,
    nullable: true,
    description:
      `${description} In seconds, from ${LIMITS.min_lifetime} to a ceiling of the platform; null leaves it to the ` +
      'authorization server. 0 in a request clears it.',
    example,
  }) as const;

/** What each member means, said once for requests and answers. */
export const DOCS = {
  name: {
    type: String,
    minLength: 1,
    maxLength: LIMITS.name,
    description:
      'Name for people, shown on consent screens; need not be unique. Needs a visible character; no control, ' +
      'bidirectional or invisible ones, and at most four combining marks in a row.',
    example: 'Web shop',
  },
  description: {
    type: String,
    maxLength: LIMITS.description,
    nullable: true,
    description: 'What the client is for. May have line breaks. An empty string in a request clears it.',
    example: 'Signs customers in at the web shop.',
  },
  redirect_uris: {
    type: 'array',
    items: { type: 'string', format: 'uri', maxLength: LIMITS.redirect_uri },
    maxItems: LIMITS.redirect_uris,
    uniqueItems: true,
    description:
      'Where authorization responses may be sent. Stored, returned and compared byte for byte. https; http only on ' +
      '`localhost`, `*.localhost`, `127.0.0.1` and `[::1]`. `http://localhost/cb` matches port 80 only: an app ' +
      'that listens on any port registers `http://127.0.0.1/cb`, which matches at every port, as `[::1]` does (RFC ' +
      '8252, section 7.3). Apps may use a private-use scheme in reverse-domain form, with any authority or none, ' +
      'such as `com.example.app:/callback` or `com.example.app://callback`; a scheme without a dot only where the ' +
      'operator has listed it (`REDIRECT_URI_SCHEMES`). No wildcards and no templates. A refusal ends in a URI ' +
      'that would be accepted. What is stored may stay in the list, whatever rules came since. Required for ' +
      '`authorization_code` and `implicit`.',
    example: ['https://shop.example.com/callback'],
  },
  grant_types: {
    type: 'array',
    items: { type: 'string', enum: [...GRANT_TYPES] },
    minItems: 1,
    maxItems: GRANT_TYPES.length,
    uniqueItems: true,
    description:
      'OAuth 2.0 grants the client may use; fixed at creation. `client_credentials`: a server acting for itself. ' +
      '`authorization_code`: web and mobile clients acting for a person. `refresh_token`: new access tokens ' +
      'without the person, only beside `authorization_code`. `implicit`: legacy, not for new clients; the response ' +
      'types are `id_token` and `id_token token`, with Ory Hydra also `token`.',
    example: ['authorization_code', 'refresh_token'],
  },
  scopes: {
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.scope },
    maxItems: LIMITS.scopes,
    uniqueItems: true,
    description:
      'Scopes the client may ask for (RFC 6749, section 3.3); none unless given. Names are exact: a `*` is no ' +
      'wildcard, and is allowed only in a name that the operator has listed literally. `registry:*` is reserved. ' +
      '`oauth_clients:read` and `oauth_clients:write` make the client privileged: only an admin may manage it. A ' +
      'scope that is removed is in no new token; Ory Hydra then refuses refresh tokens that hold it, for their ' +
      'other scopes too. A client acting for itself gets only scopes that it asks for.',
    example: ['openid', 'orders:read'],
  },
  trusted: {
    type: Boolean,
    description:
      'Whether people skip the consent screen; false unless given. Makes the client privileged. Has effect only ' +
      'while the platform allows the organization trusted clients; when it no longer does, redirect URIs, ' +
      'scopes and audiences can only be removed until `trusted` is false.',
    example: false,
  },
  enabled: {
    type: Boolean,
    description:
      'Whether the client gets tokens; true unless given. Disabling keeps its settings and secrets, and ends its ' +
      'grants, refresh tokens and codes for good.',
    example: true,
  },
  token_endpoint_auth_method: {
    type: String,
    enum: [...TOKEN_ENDPOINT_AUTH_METHODS],
    description:
      'How the client authenticates at the token endpoint. `client_secret_basic` (unless given): id and secret in ' +
      'the Authorization header. `client_secret_post`: both in the body. `none`: public client without a secret, ' +
      'always with PKCE. Changing `none` to a secret method makes a secret; changing to `none` revokes all.',
    example: 'client_secret_basic',
  },
  pkce_required: {
    type: Boolean,
    description:
      'Whether authorization code flows must use PKCE (RFC 7636); false unless given. Applies only with ' +
      '`authorization_code`; always on for clients that authenticate with `none`.',
    example: true,
  },
  pkce_challenge_method: {
    type: String,
    enum: [...PKCE_CHALLENGE_METHODS],
    nullable: true,
    description:
      'The weakest code challenge method accepted while PKCE is required, null while it is not. `S256`: secure, ' +
      'and used unless given. `plain`: for testing only; Ory Hydra refuses it.',
    example: 'S256',
  },
  audiences: {
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.audience },
    maxItems: LIMITS.audiences,
    uniqueItems: true,
    description:
      'APIs that tokens of the client may be for: absolute URIs (RFC 8707) that the platform lets projects hand ' +
      'out; none unless given. A token is for one of them only if the request asks for exactly that one: by ' +
      '`audience` at Ory Hydra, by `resource` at the embedded server. One that is removed is in no new token; a ' +
      'request that would yield one is refused.',
    example: ['https://api.example.com'],
  },
  post_logout_redirect_uris: {
    type: 'array',
    items: { type: 'string', format: 'uri', maxLength: LIMITS.redirect_uri },
    maxItems: LIMITS.redirect_uris,
    uniqueItems: true,
    description:
      'Where people may be sent after they have signed out (OpenID Connect RP-Initiated Logout); none unless ' +
      'given. The rules of `redirect_uris` hold, and scheme, host and port must be those of one of them.',
    example: ['https://shop.example.com/signed-out'],
  },
  allowed_cors_origins: {
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.origin },
    maxItems: LIMITS.origins,
    uniqueItems: true,
    description:
      'Origins of pages whose scripts may read what the token endpoint answers to this client; none unless given. ' +
      'https, or http on a loopback host; as browsers send them, without wildcards. The origins of the ' +
      '`redirect_uris` of a client without a secret need not be listed.',
    example: ['https://shop.example.com'],
  },
  client_uri: uriForPeople('Page about the client, for people.', 'https://shop.example.com'),
  logo_uri: uriForPeople(
    'Picture for consent screens; that of the embedded server does not show it.',
    'https://shop.example.com/logo.png',
  ),
  policy_uri: uriForPeople(
    'How the client handles data of people; a link on consent screens.',
    'https://shop.example.com/privacy',
  ),
  tos_uri: uriForPeople('Terms of service; a link on consent screens.', 'https://shop.example.com/terms'),
  contacts: {
    type: 'array',
    items: { type: 'string', format: 'email', maxLength: LIMITS.contact },
    maxItems: LIMITS.contacts,
    uniqueItems: true,
    description: 'E-mail addresses of who is responsible for the client; none unless given.',
    example: ['team@shop.example.com'],
  },
  access_token_lifetime: lifetime('How long access tokens live.', 900),
  id_token_lifetime: lifetime('How long ID tokens live. Its ceiling is that of access tokens.', 900),
  refresh_token_lifetime: lifetime(
    'How long a refresh token may stay unused. Each use gives a new one.',
    2_592_000,
  ),
} as const satisfies Record<ClientMember, ApiPropertyOptions>;

/** A client as the documentation shows one. */
export const EXAMPLES = Object.fromEntries(
  Object.entries(DOCS).map(([member, { example }]) => [member, example]),
);

/** The same member in a request, where all may be left out and null means the same as left out. */
export const optional = <Docs extends object>(docs: Docs) => ({
  ...docs,
  required: false as const,
  nullable: true as const,
});
