import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { ClientMember } from '../model/members.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import {
  GRANT_TYPES,
  PKCE_CHALLENGE_METHODS,
  TOKEN_ENDPOINT_AUTH_METHODS,
} from '../model/oauth-client.vocabulary.js';

/** What each member means, said once for requests and answers. */
export const DOCS = {
  name: {
    type: String,
    minLength: 1,
    maxLength: LIMITS.name,
    description:
      'Name for people. Shown on consent screens; need not be unique. It needs a visible character, and may have no ' +
      'control, bidirectional or invisible ones and at most four combining marks in a row.',
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
      'Where authorization answers may be sent. Compared byte for byte, so stored and returned as given. https only, ' +
      'except http on `localhost`, `*.localhost`, `127.0.0.1` and `[::1]`. `http://localhost/cb` matches this port only: ' +
      'an app that listens on any port registers `http://127.0.0.1/cb`, which matches at every port, as `[::1]` does ' +
      '(RFC 8252, section 7.3). Apps may use a private-use scheme in reverse-domain form with any authority or none, ' +
      'such as `com.example.app:/callback` or `com.example.app://callback`; a scheme without a dot only where the ' +
      'operator has listed it (`REDIRECT_URI_SCHEMES`). No wildcards and no templates. A refusal ends in a URI that ' +
      'would be accepted. What is stored may stay in the list, whatever rules came since. Required for ' +
      '`authorization_code` and `implicit`. A list in a request replaces the whole list.',
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
      '`authorization_code`: web and mobile clients acting for a person. `refresh_token`: new access tokens without ' +
      'the person, only beside `authorization_code`. `implicit`: legacy, not for new clients.',
    example: ['authorization_code', 'refresh_token'],
  },
  scopes: {
    type: 'array',
    items: { type: 'string', maxLength: LIMITS.scope },
    maxItems: LIMITS.scopes,
    uniqueItems: true,
    description:
      'Scopes the client may ask for (RFC 6749, section 3.3); none unless given. A `*` stands for nothing: it may be ' +
      'only in a name that the operator has listed as it is. `registry:*` is ' +
      'reserved. `oauth_clients:read` and `oauth_clients:write` make the client privileged: only an admin may manage ' +
      'it. A list in a request replaces the whole list.',
    example: ['openid', 'orders:read'],
  },
  trusted: {
    type: Boolean,
    description:
      'Whether people skip the consent screen; false unless given. Makes the client privileged, and needs the ' +
      'platform to have allowed trusted clients for the organization. It has effect only while they are allowed: after ' +
      'that redirect URIs and scopes can only be removed until it is false.',
    example: false,
  },
  enabled: {
    type: Boolean,
    description:
      'Whether the client gets tokens; true unless given. Switching it off keeps its settings and its secret, and ends ' +
      'its grants, refresh tokens and codes for good.',
    example: true,
  },
  token_endpoint_auth_method: {
    type: String,
    enum: [...TOKEN_ENDPOINT_AUTH_METHODS],
    description:
      'How the client authenticates at the token endpoint. `client_secret_basic` (unless given): id and secret in the ' +
      'Authorization header. `client_secret_post`: both in the body. `none`: public client without a secret, always ' +
      'with PKCE. Going from `none` to a secret method makes a secret; going to `none` revokes them all.',
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
      'The weakest code challenge method accepted while PKCE is required, null while it is not. `S256`: secure, and ' +
      'what you get unless given. `plain`: for testing only.',
    example: 'S256',
  },
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
