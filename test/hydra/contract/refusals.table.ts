import type { Table } from './exchange.js';

const METADATA =
  'The value of one of the Client Metadata fields is invalid and the server has rejected this request. Note that ' +
  "an Authorization Server MAY choose to substitute a valid value for any requested parameter of a Client's Metadata. ";

const metadata = (reason: string) => ({
  error: 'invalid_client_metadata',
  error_description: METADATA + reason,
});
const redirectUri = (reason: string) => ({
  error: 'invalid_redirect_uri',
  error_description: `The value of one or more redirect_uris is invalid. ${reason}`,
});
const undecodable = (reason: string) => ({
  error: 'The request was malformed or contained invalid parameters',
  error_description: expect.stringMatching(`^Unable to decode the request body: .*${reason}`) as string,
});
const mismatch = (kind: string, member: string, type: string) =>
  undecodable(`json: cannot unmarshal ${kind} into Go struct field Client.${member} of type ${type}$`);

/** What a body is refused with, the same by POST and PUT. */
const REFUSED: readonly (readonly [body: string, answer: object])[] = [
  ['{', undecodable('')],
  ['', undecodable('EOF$')],
  ['[]', undecodable('json: cannot unmarshal array into Go value of type client.Client$')],
  ['{"client_name":5}', mismatch('number', 'client_name', 'string')],
  ['{"scope":["a"]}', mismatch('array', 'scope', 'string')],
  ['{"grant_types":"x"}', mismatch('string', 'grant_types', 'sqlxx.StringSliceJSONFormat')],
  ['{"skip_consent":"x"}', mismatch('string', 'skip_consent', 'bool')],
  ['{"implicit_grant_id_token_lifespan":"30d"}', undecodable('')],
  [
    '{"client_secret":"short"}',
    metadata('Field client_secret must contain a secret that is at least 6 characters long.'),
  ],
  ['{"redirect_uris":["https://a.example/#"]}', redirectUri('Redirect URIs must not contain fragments (#).')],
  ['{"redirect_uris":[""]}', redirectUri('Unable to parse redirect URL: ')],
  ['{"redirect_uris":["nope"]}', redirectUri('Unable to parse redirect URL: nope')],
  ['{"redirect_uris":["https://a b/"]}', redirectUri('Unable to parse redirect URL: https://a b/')],
  [
    '{"access_token_strategy":"foo"}',
    metadata('invalid access token strategy: expected one of [jwt, opaque] but got foo'),
  ],
  [
    '{"subject_type":"foo"}',
    metadata('Subject type foo is not supported by server, only [public] are allowed.'),
  ],
  [
    '{"userinfo_signed_response_alg":"foo"}',
    metadata("Field userinfo_signed_response_alg can either be 'none' or 'RS256'."),
  ],
  ['{"tos_uri":"x"}', metadata('Field tos_uri must be a valid URI.')],
  [
    '{"client_uri":"javascript:x"}',
    metadata('javascript:x must use https:// or http:// as HTTP scheme for field client_uri.'),
  ],
  [
    '{"allowed_cors_origins":["ftp://x"]}',
    metadata('Origin URL ftp://x must use https:// or http:// as HTTP scheme.'),
  ],
  [
    '{"allowed_cors_origins":["https://x/y"]}',
    metadata(
      'Origin URL https://x/y must have an empty path, query, and fragment but one of the parts is not empty.',
    ),
  ],
  [
    '{"redirect_uris":["http://b/"],"post_logout_redirect_uris":["https://b/"]}',
    metadata(
      "post_logout_redirect_uri 'https://b/' must match the domain, port, scheme of at least one of the registered " +
        'redirect URIs but did not',
    ),
  ],
  [
    '{"token_endpoint_auth_method":"private_key_jwt"}',
    metadata("When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set."),
  ],
  [
    '{"jwks":{"keys":[]},"jwks_uri":"https://a.example/"}',
    metadata('Fields jwks and jwks_uri can not both be set, you must choose one.'),
  ],
];

/** What is no fault of the request's form, but of what PostgreSQL can store. */
const NUL = {
  body: String.raw`{"client_id":"{id}","client_name":"a\u0000b"}`,
  status: 500,
  answer: { error: 'error', error_description: 'The error is unrecognizable' },
};

export const REFUSALS: Table = {
  ...Object.fromEntries(
    REFUSED.map(([body, answer]) => [
      body || 'no body',
      ['POST /admin/clients', 'PUT /admin/clients/{id}'].map((send) => ({ send, body, status: 400, answer })),
    ]),
  ),
  'NUL in a text': [{ send: 'POST /admin/clients', ...NUL }],
  'an unknown path': [{ send: 'GET /admin/nothing', status: 404, answer: '404 page not found\n' }],
  'an unknown method': [{ send: 'PATCH /admin/clients', status: 405, answer: 'Method Not Allowed\n' }],
};
