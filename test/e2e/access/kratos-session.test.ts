import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT, type JSONWebKeySet, type JWK } from 'jose';
import type { MembershipPageDto } from '../../../src/organizations/dto/organization.dto.js';
import { TestRegistry } from '../../support/registry.js';
import { AUDIENCE, SigningKey } from '../../support/tokens.js';

/**
 * Tokenized sessions as Kratos v26.2.0 writes them with the files of docker/. With KRATOS_PUBLIC_URL and KRATOS_ADMIN_URL
 * a running Kratos, started with those files, has to write the same.
 */
const KEYS = resolve('docker/kratos');
const ISSUER = 'http://localhost:4433/';

interface Session {
  readonly token: string;
  readonly identity: string;
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

let registry: TestRegistry;

beforeAll(async () => {
  const keys = pathToFileURL(`${KEYS}/session-keys.public.json`).href;
  registry = await TestRegistry.start({ KRATOS_ISSUER: ISSUER, KRATOS_JWKS_URI: keys });
});
afterAll(() => registry.stop());

describe.each(kratoses())('a session token of $name', ({ makeSession }) => {
  let session: Session;

  beforeAll(async () => {
    session = await makeSession();
  });

  it('a session token of Kratos has the recorded header and members, and no others', () => {
    expect(decodeProtectedHeader(session.token)).toEqual({
      alg: 'ES256',
      kid: 'for-trying-only',
      typ: 'JWT',
    });
    const claims = decodeJwt(session.token);
    expect(claims).toEqual({
      iss: ISSUER,
      sub: session.identity,
      aud: [AUDIENCE],
      sid: expect.stringMatching(UUID),
      jti: expect.stringMatching(UUID),
      iat: expect.any(Number),
      nbf: claims.iat,
      exp: Number(claims.iat) + 300,
    });
  });

  it('a session token of Kratos lists the organizations of its person', async () => {
    const organization = await organizationOf(session.identity);
    const answer = await registry.api.get<MembershipPageDto>('/v1/organizations', { token: session.token });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual([expect.objectContaining({ id: organization })]);
  });
});

it('a session token that another key signed under the same id is refused', async () => {
  const { token } = await recordedSession(SigningKey.named('another', 'ES256').privateKey);
  expect(await registry.api.get('/v1/organizations', { token })).toMatchObject({ status: 401 });
});

interface Kratos {
  readonly name: string;
  readonly makeSession: () => Promise<Session>;
}

/** The recorded one, and the real one that the environment names, if any. */
function kratoses(env: NodeJS.ProcessEnv = process.env): Kratos[] {
  const recorded = { name: 'the recorded shape', makeSession: () => recordedSession() };
  const { KRATOS_PUBLIC_URL: publicUrl, KRATOS_ADMIN_URL: adminUrl } = env;
  if (!publicUrl || !adminUrl) return [recorded];
  return [recorded, { name: `Kratos at ${publicUrl}`, makeSession: () => realSession(publicUrl, adminUrl) }];
}

async function organizationOf(identity: string): Promise<string> {
  const { organizationId } = await registry.tenant();
  const path = `/v1/organizations/${organizationId}/members/${identity}`;
  const answer = await registry.api.put(path, { token: await registry.platform(), body: { role: 'viewer' } });
  expect(answer.status).toBe(200);
  return organizationId;
}

/** @param privateKey instead of the one Kratos is configured with */
async function recordedSession(privateKey?: Parameters<SignJWT['sign']>[0]): Promise<Session> {
  const jwk = sessionKey();
  const identity = randomUUID();
  const now = Math.floor(Date.now() / 1000);
  const token = await new SignJWT({ sid: randomUUID() })
    .setProtectedHeader({ alg: String(jwk.alg), kid: String(jwk.kid), typ: 'JWT' })
    .setIssuer(ISSUER)
    .setSubject(identity)
    .setAudience([AUDIENCE])
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + 300)
    .sign(privateKey ?? (await importJWK(jwk)));
  return { token, identity };
}

/** Kratos signs with the first key of the set. */
function sessionKey(): JWK {
  const text = readFileSync(`${KEYS}/session-keys.for-trying-only.json`, 'utf8');
  const [first] = (JSON.parse(text) as JSONWebKeySet).keys;
  if (!first) throw new Error('the key set is empty');
  return first;
}

/** Signs a new person in, and changes the session into a token. */
async function realSession(kratos: string, admin: string): Promise<Session> {
  const identifier = `${randomUUID()}@example.com`;
  const password = randomUUID();
  const identity = await call<{ id: string }>(`${admin}/admin/identities`, {
    schema_id: 'person',
    traits: { email: identifier },
    credentials: { password: { config: { password } } },
  });
  const { id } = await call<{ id: string }>(`${kratos}/self-service/login/api`);
  const login = { method: 'password', identifier, password };
  const signedIn = await call<{ session_token: string }>(`${kratos}/self-service/login?flow=${id}`, login);
  const whoami = `${kratos}/sessions/whoami?tokenize_as=oauth_client_registry`;
  const headers = { 'x-session-token': signedIn.session_token };
  const { tokenized } = await call<{ tokenized: string }>(whoami, undefined, headers);
  return { token: tokenized, identity: identity.id };
}

/** GET, or POST with a body. */
async function call<Answer>(
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
