import type { Environment } from './environment.js';

/** One issuer whose tokens are trusted, and where its public keys are. */
export interface IssuerConfig {
  /** `hydra`: access tokens with a `client_id` and scopes. `kratos`: tokenized sessions, with `sid` and neither. */
  readonly kind: 'hydra' | 'kratos';
  /** Compared byte for byte with the `iss` claim. */
  readonly issuer: string;
  /** `http:`, `https:` or `file:` URL of the JSON Web Key Set (RFC 7517). */
  readonly jwksUri: string;
}

export function readIssuers(read: Environment): IssuerConfig[] {
  const hydra = readHydra(read);
  const kratos = readKratos(read);
  // Each issuer has its own keys and its own kind of token, so a token must name one of them.
  if (hydra && hydra.issuer === kratos?.issuer) read.note('KRATOS_ISSUER', 'must differ from HYDRA_ISSUER');
  return [hydra, kratos].filter((issuer) => issuer !== null);
}

function readHydra(read: Environment): IssuerConfig | null {
  const issuer = read.attempt(null, () => readIssuer(read, 'HYDRA_ISSUER', 'HYDRA_JWKS_URI'));
  const jwksUri = read.attempt(null, () => readJwksUri(read, 'HYDRA_JWKS_URI'));
  if (issuer === null) return null;
  const wellKnown = `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  return { kind: 'hydra', issuer, jwksUri: jwksUri ?? wellKnown };
}

function readKratos(read: Environment): IssuerConfig | null {
  const issuer = read.attempt(null, () => readIssuer(read, 'KRATOS_ISSUER', 'KRATOS_JWKS_URI'));
  const jwksUri = read.attempt(null, () => readJwksUri(read, 'KRATOS_JWKS_URI'));
  // Kratos publishes no key set for tokenized sessions, so there is no address to default to.
  if (jwksUri === null && read.optional('KRATOS_ISSUER') !== null) {
    read.note('KRATOS_JWKS_URI', 'is required with KRATOS_ISSUER');
  }
  return issuer === null || jwksUri === null ? null : { kind: 'kratos', issuer, jwksUri };
}

function readIssuer(read: Environment, name: string, keysName: string): string | null {
  const issuer = read.optional(name);
  if (issuer === null) {
    if (read.optional(keysName) !== null) read.refuse(name, `is required with ${keysName}`);
    return null;
  }
  read.url(name, issuer, ['http:', 'https:']);
  return issuer;
}

function readJwksUri(read: Environment, name: string): string | null {
  const uri = read.optional(name);
  if (uri === null) return null;
  const { href, username, password } = read.url(name, uri, ['http:', 'https:', 'file:']);
  if (username || password) read.refuse(name, 'must not hold a user name or password');
  return href;
}
