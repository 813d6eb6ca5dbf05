/**
 * Who calls, as a verified token says. A person signs in with Kratos (no client, no scopes: the role decides alone)
 * or through an OAuth client (scopes and role decide together); a machine is an OAuth client by itself.
 */
export interface Actor {
  readonly kind: 'person' | 'machine';
  /** The `iss` claim. */
  readonly issuer: string;
  /** The `sub` claim: a Kratos identity id for people, the `client_id` for machines. */
  readonly subject: string;
  /** The `client_id` the token was issued to; null for a Kratos session. */
  readonly clientId: string | null;
  /** The token's scopes; null for a Kratos session, which has none and is not limited by any. */
  readonly scopes: ReadonlySet<string> | null;
  /** When the token was issued, in seconds since the epoch (`iat`); null where it does not say. */
  readonly issuedAt: number | null;
}
