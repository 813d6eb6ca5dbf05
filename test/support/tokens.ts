import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, type JSONWebKeySet, type JWK, type JWTPayload } from 'jose';

/** The default of AUTH_AUDIENCE. */
export const AUDIENCE = 'oauth-client-registry';

export type SigningAlgorithm = 'RS256' | 'ES256';

/** A key pair as an issuer holds it. */
export class SigningKey {
  /** Making RSA keys is slow, so a process makes each of them once. */
  private static readonly made = new Map<string, SigningKey>();

  private constructor(
    readonly kid: string,
    readonly algorithm: SigningAlgorithm,
    readonly privateKey: KeyObject,
    readonly publicKey: KeyObject,
  ) {}

  static named(kid: string, algorithm: SigningAlgorithm = 'RS256'): SigningKey {
    const name = `${algorithm} ${kid}`;
    const existing = SigningKey.made.get(name);
    if (existing) return existing;
    const { privateKey, publicKey } =
      algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = new SigningKey(kid, algorithm, privateKey, publicKey);
    SigningKey.made.set(name, key);
    return key;
  }

  /** The public half, as issuers publish it. */
  jwk(): JWK {
    return { ...this.publicKey.export({ format: 'jwk' }), kid: this.kid, alg: this.algorithm, use: 'sig' };
  }

  /** Signs any bytes as header and payload, however wrong they are. */
  signRaw(header: string | Buffer, payload: string | Buffer): string {
    const input = [header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(input), {
      key: this.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${input}.${signature.toString('base64url')}`;
  }
}

export interface SignOptions {
  /** Laid over the header; a member that is undefined is left out. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: SigningKey;
}

/** Members beside the ones the method is about; laid over all others, and left out when undefined. */
type Claims = Readonly<Record<string, unknown>>;

export interface TestIssuerOptions {
  readonly algorithm?: SigningAlgorithm;
  readonly audience?: string;
  /** `typ` of its tokens: Hydra and Kratos write `JWT`, the embedded server `at+jwt`. */
  readonly type?: string;
  /** Seconds since the epoch. */
  readonly now?: () => number;
}

/** An issuer of real tokens: makes what Hydra, Kratos and the embedded server make, and anything else on demand. */
export class TestIssuer {
  readonly key: SigningKey;
  private readonly audience: string;
  private readonly type: string;
  private readonly now: () => number;
  private server: Server | undefined;

  constructor(
    readonly issuer: string,
    { algorithm = 'RS256', audience = AUDIENCE, type = 'JWT', now = epochSeconds }: TestIssuerOptions = {},
  ) {
    this.key = SigningKey.named(`key of ${issuer}`, algorithm);
    this.audience = audience;
    this.type = type;
    this.now = now;
  }

  jwks(): JSONWebKeySet {
    return { keys: [this.key.jwk()] };
  }

  header(): Record<string, unknown> {
    return { alg: this.key.algorithm, kid: this.key.kid, typ: this.type };
  }

  /** The claims every issuer writes: issued now, for five minutes. */
  commonClaims(): Record<string, unknown> {
    const now = Math.floor(this.now());
    return { iss: this.issuer, aud: [this.audience], iat: now, nbf: now, exp: now + 300, jti: randomUUID() };
  }

  /** Signs the common claims with these laid over them. */
  sign(claims: Claims, { header = {}, key = this.key }: SignOptions = {}): Promise<string> {
    const payload = defined({ ...this.commonClaims(), ...claims }) as JWTPayload;
    const own = { ...this.header(), alg: key.algorithm, kid: key.kid };
    return new SignJWT(payload)
      .setProtectedHeader({ ...defined({ ...own, ...header }), alg: key.algorithm })
      .sign(key.privateKey);
  }

  /** A token of a person who signed in through an OAuth client, as Hydra writes it. */
  person(
    who: { sub: string; clientId: string; scopes: readonly string[] },
    more: Claims = {},
  ): Promise<string> {
    return this.sign({ sub: who.sub, client_id: who.clientId, scp: who.scopes, ext: {}, ...more });
  }

  /** A client-credentials token, as Hydra writes it. */
  machine(which: { clientId: string; scopes: readonly string[] }, more: Claims = {}): Promise<string> {
    return this.person({ sub: which.clientId, ...which }, more);
  }

  /** A tokenized session, as Kratos writes it (with an audience by its claims mapper). */
  kratosSession(whose: { sub: string }, more: Claims = {}): Promise<string> {
    return this.sign({ sub: whose.sub, sid: randomUUID(), ...more });
  }

  /** Serves the key set on a loopback port. @returns its URL */
  async listen(): Promise<string> {
    const server = createServer((_, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(this.jwks()));
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const epochSeconds = (): number => Date.now() / 1000;

const defined = (members: Claims): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
