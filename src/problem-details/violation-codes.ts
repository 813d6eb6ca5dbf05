import { REDIRECT_URI_CODES } from './redirect-uri-codes.js';

/** What a code stands for, for `docs/errors.md` and for whoever reads the API description. Both in one sentence or two. */
export interface CodeDocs {
  /** What is wrong. */
  readonly meaning: string;
  /** What the caller does about it. */
  readonly remedy: string;
}

/**
 * Every code that an item of `errors` can have: the one table of them. A violation with a code that is not listed here does
 * not compile. Codes are stable: programs go by them. Names of RFC 7591 are used where there are any.
 */
export const VIOLATION_CODES = {
  // The shape of a body, a query or a path.
  invalid_type: {
    meaning: 'The value has another JSON type than the member takes.',
    remedy: 'Send the type that the API description names.',
  },
  invalid_characters: {
    meaning:
      'The text holds control, bidirectional, invisible or unpaired surrogate characters, or more than four combining marks in a row.',
    remedy: 'Remove them: they can make a text look like another one.',
  },
  too_short: { meaning: 'Nothing of the text can be seen.', remedy: 'Send at least one visible character.' },
  too_long: {
    meaning: 'The text has more characters than the member may have.',
    remedy: 'Shorten it to the length that `detail` names.',
  },
  not_allowed: {
    meaning: 'The value is none of those that the member takes.',
    remedy: 'Send one of the values that `detail` lists.',
  },
  too_many: { meaning: 'The list has too many items.', remedy: 'Send at most as many as `detail` names.' },
  too_few: { meaning: 'The list has too few items.', remedy: 'Send at least as many as `detail` names.' },
  out_of_range: {
    meaning: 'The value is no whole number within the bounds.',
    remedy: 'Send one that `detail` allows.',
  },
  required: { meaning: 'The member is missing or null.', remedy: 'Send it.' },
  unknown_member: {
    meaning: 'The body or query has a member that the call does not know.',
    remedy: 'Correct the spelling, or leave it out: nothing that is sent is ignored.',
  },
  read_only: {
    meaning: 'The member is set by the registry.',
    remedy: 'Leave it out of the request.',
  },
  read_only_changed: {
    meaning: "The member is set by the registry, and the sent value is not the client's.",
    remedy: 'Leave it out, or send it as it was read; `client_secret` is null in every later answer.',
  },
  invalid_cursor: {
    meaning: 'The cursor was not given by this list.',
    remedy: 'Send `next_cursor` exactly as it was given, or start without a cursor.',
  },
  // Rules about clients.
  duplicate: { meaning: 'The list has an item twice.', remedy: 'Remove the second one.' },
  grant_types_immutable: {
    meaning: 'The grant types of a client are fixed at creation.',
    remedy: 'Leave `grant_types` out or send the same set; for other grant types create a new client.',
  },
  refresh_token_without_authorization_code: {
    meaning: 'Only the authorization code flow issues refresh tokens, and the client does not have it.',
    remedy: 'Add `authorization_code`, or remove `refresh_token`.',
  },
  client_credentials_without_secret: {
    meaning: 'The `client_credentials` grant is for clients that authenticate (RFC 6749, section 4.4).',
    remedy: 'Choose `client_secret_basic` or `client_secret_post`.',
  },
  pkce_not_applicable: {
    meaning: 'PKCE protects the authorization code flow, which this client does not have.',
    remedy: 'Leave `pkce_required` out, or send false.',
  },
  pkce_required_for_public_client: {
    meaning: 'A client without a secret must use PKCE (RFC 9700, section 2.1.1).',
    remedy: 'Send `pkce_required` true, or choose a `token_endpoint_auth_method` with a secret.',
  },
  pkce_challenge_method_not_applicable: {
    meaning: 'A challenge method applies only while PKCE is required.',
    remedy: 'Leave `pkce_challenge_method` out, or send `pkce_required` true.',
  },
  pkce_challenge_method_not_supported: {
    meaning: 'The authorization server never accepts this challenge method.',
    remedy: 'Leave `pkce_challenge_method` out, or send `S256`.',
  },
  pkce_not_enforceable: {
    meaning: 'The authorization server cannot demand PKCE of a single client that has a secret.',
    remedy:
      'Leave `pkce_required` out, use `token_endpoint_auth_method` `none`, or ask the operator for the authorize gate.',
  },
  redirect_uris_required: {
    meaning: 'The `authorization_code` and `implicit` grants need a redirect URI, and the client has none.',
    remedy: 'Register at least one redirect URI.',
  },
  ...REDIRECT_URI_CODES,
  invalid_scope: {
    meaning: 'The text is not a scope (RFC 6749, section 3.3).',
    remedy: 'Use printable ASCII characters without space, `"` and `\\`.',
  },
  scope_has_wildcard: {
    meaning: 'The scope has a `*`, and the operator has not listed it literally. Scopes have no wildcards.',
    remedy: 'Name each scope that is meant.',
  },
  scope_not_assignable: {
    meaning: 'The operator does not let clients have this scope.',
    remedy: 'Choose another, or ask the operator to make it assignable.',
  },
  trusted_clients_not_allowed: {
    meaning: 'The organization may not have trusted clients.',
    remedy: 'Send `trusted` false, or ask the platform to allow them.',
  },
  trusted_client_only_narrows: {
    meaning:
      'The client is trusted, and its organization may no longer have trusted clients: redirect URIs, scopes and audiences can only ' +
      'be removed.',
    remedy: 'Send `trusted` false with the change, or ask the platform to allow trusted clients again.',
  },
  invalid_audience: {
    meaning:
      'The text is not an audience, which is an absolute URI without a fragment (RFC 8707, section 2).',
    remedy: 'Send the URI of the API, in printable ASCII characters without space, `"`, `\\`, `#` and `*`.',
  },
  audience_not_assignable: {
    meaning: 'The operator does not let clients have tokens for this audience.',
    remedy: 'Choose another, or ask the operator to make it assignable.',
  },
  audience_not_enforceable: {
    meaning: 'The authorization server cannot hold clients to the audiences that they list.',
    remedy: 'Leave `audiences` out, or ask the operator for the token hook and the authorize gate.',
  },
  lifetime_out_of_range: {
    meaning: 'Tokens may live from 60 seconds to the ceiling of the platform.',
    remedy:
      'Send seconds within the bounds that `detail` names, or 0 to leave it to the authorization server.',
  },
  invalid_post_logout_redirect_uri: {
    meaning: 'The address cannot be registered: it is insecure, or two parsers could read it differently.',
    remedy: 'Change it as `detail` says.',
  },
  post_logout_redirect_uri_elsewhere: {
    meaning: 'The address has another scheme, host or port than every redirect URI of the client.',
    remedy: 'Use scheme, host and port of one of the `redirect_uris`, or add such a redirect URI.',
  },
  invalid_origin: {
    meaning: 'The text is not an origin that the authorization server can allow to read its answers.',
    remedy: 'Change it as `detail` says.',
  },
  invalid_uri: {
    meaning:
      'The text is not an address that people can open: https, a host, and the characters of RFC 3986.',
    remedy: 'Send an https address, or an empty text to have none.',
  },
  invalid_contact: {
    meaning: 'The text is not an e-mail address.',
    remedy: 'Send the address alone, without a name.',
  },
  secret_expiry_not_prolonged: {
    meaning: 'A secret can only end earlier than it would.',
    remedy: 'Send fewer seconds than it has left, or make a new secret.',
  },
  secret_not_seen_yet: {
    meaning:
      'The imported secret of the client has not been used through the token gate yet: only Hydra knows it.',
    remedy: 'Use it once, or leave `overlap_seconds` out: the older secret ends when the new one is made.',
  },
  secret_overlap_not_served: {
    meaning: 'The authorization server keeps one secret of a client.',
    remedy:
      'Leave `overlap_seconds` out (the older secret ends when the new one is made), or ask the operator for the ' +
      'token gate.',
  },
  secret_expiry_not_served: {
    meaning: 'The authorization server does not end secrets by itself.',
    remedy: 'Leave `expires_in_seconds` out, or ask the operator for the token hook.',
  },
} as const satisfies Readonly<Record<string, CodeDocs>>;

export type ViolationCode = keyof typeof VIOLATION_CODES;
