import { generateKeyPairSync, hash, randomBytes, randomUUID, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { v7 } from 'uuid';
import { POOL_SIZE } from '../../dist/src/database/data-source.js';

const ISSUER = 'https://hydra.bench/';
const AUDIENCE = 'oauth-client-registry';
const KEY_ID = 'bench';
const SCOPES = ['oauth_clients:read', 'oauth_clients:write'];

/** Several, so that not every audit event locks the same organization. Each actor is a member of all of them. */
const TENANTS = 10;
const CLIENTS = 2_000;
const ACTORS = 20;

/** Who calls, what they may see, and what both servers have to know to tell. */
export class Scene {
  #key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  /** A UUID, as Hydra's are: whether it is a client of the project has to be looked up. */
  #firstPartyClientId = randomUUID();
  #people = Array.from({ length: ACTORS }, () => randomUUID());
  #viewer = randomUUID();

  tenants = Array.from({ length: TENANTS }, () => ({ organization: randomUUID(), project: randomUUID() }));
  clients = Array.from({ length: CLIENTS }, (_, i) => ({ id: v7(), tenant: this.tenants[i % TENANTS] }));
  tokens = this.#people.map((person) => this.sign(person));
  machine = {
    id: v7(),
    clientId: randomUUID(),
    secret: `ocs_${randomBytes(32).toString('base64url')}`,
    resource: 'https://orders.bench/',
    scope: 'orders:read',
  };
  viewerToken = this.sign(this.#viewer);
  strangerToken = this.sign(randomUUID());

  get issuer() {
    return { kind: 'hydra', issuer: ISSUER, keys: this.#jwks };
  }

  get audience() {
    return AUDIENCE;
  }

  /** An access token as Hydra writes it for a person who signed in through the platform's own client. */
  sign(sub) {
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, nbf: now, exp: now + 3600 };
    const claims = { iss: ISSUER, aud: [AUDIENCE], sub, client_id: this.#firstPartyClientId, scp: SCOPES };
    const input = [
      { alg: 'RS256', kid: KEY_ID, typ: 'JWT' },
      { ...claims, ...times, jti: randomUUID(), ext: {} },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = sign('sha256', Buffer.from(input.join('.')), this.#key.privateKey);
    return [...input, signature.toString('base64url')].join('.');
  }

  async serviceSettings(directory) {
    const jwksFile = join(directory, 'bench-keys.json');
    await writeFile(jwksFile, JSON.stringify(this.#jwks));
    return {
      DATA_DIR: directory,
      DATABASE_URL: process.env.DATABASE_URL ?? '',
      HYDRA_ISSUER: ISSUER,
      HYDRA_JWKS_URI: pathToFileURL(jwksFile).href,
      FIRST_PARTY_CLIENT_IDS: this.#firstPartyClientId,
    };
  }

  floorSettings(databaseUrl) {
    const { issuer, audience } = { issuer: ISSUER, audience: AUDIENCE };
    const firstPartyClientId = this.#firstPartyClientId;
    return { databaseUrl, poolSize: POOL_SIZE, issuer, audience, jwks: this.#jwks, firstPartyClientId };
  }

  /** The same client, key size and token as the service's own. */
  floorProviderSettings() {
    const { clientId, secret, resource, scope } = this.machine;
    const jwk = this.#key.privateKey.export({ format: 'jwk' });
    return {
      client: {
        client_id: clientId,
        client_secret: secret,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
      audience: resource,
      scope,
      signingKey: { ...jwk, kid: KEY_ID, alg: 'RS256', use: 'sig' },
    };
  }

  /** Organizations, projects and members, without any client. */
  async seedTenants(databaseUrl) {
    const database = new pg.Client(databaseUrl);
    await database.connect();
    const organizations = this.tenants.map(({ organization }) => organization);
    const projects = this.tenants.map(({ project }) => project);
    await database.query(ORGANIZATIONS, [organizations]);
    await database.query(PROJECTS, [projects, organizations]);
    await database.query(MEMBERS, [organizations, this.#people, 'developer']);
    await database.query(MEMBERS, [organizations, [this.#viewer], 'viewer']);
    await database.end();
  }

  async seed(databaseUrl) {
    await this.seedTenants(databaseUrl);
    const database = new pg.Client(databaseUrl);
    await database.connect();
    await database.query(OAUTH_CLIENTS, [
      this.clients.map(({ id }) => id),
      this.clients.map(({ tenant }) => tenant.organization),
      this.clients.map(({ tenant }) => tenant.project),
    ]);
    await database.query(SECRETS, [this.clients.map(({ id }) => id)]);
    const { id, clientId, secret, scope } = this.machine;
    const [{ organization, project }] = this.tenants;
    await database.query(MACHINE, [id, organization, project, clientId, [scope]]);
    await database.query(SECRET, [v7(), id, hash('sha256', secret, 'buffer'), secret.slice(-4)]);
    await database.query('analyze');
    await database.end();
  }

  get #jwks() {
    const jwk = this.#key.publicKey.export({ format: 'jwk' });
    return { keys: [{ ...jwk, kid: KEY_ID, alg: 'RS256', use: 'sig' }] };
  }
}

const ORGANIZATIONS = `
  insert into organizations (id, name) select id, 'Example Ltd' from unnest($1::uuid[]) as id`;

const PROJECTS = `
  insert into projects (id, organization_id, name)
  select id, organization_id, 'Shop' from unnest($1::uuid[], $2::uuid[]) as t (id, organization_id)`;

const MEMBERS = `
  insert into organization_members (organization_id, subject, role)
  select organization_id, subject, $3
  from unnest($1::uuid[]) as organization_id cross join unnest($2::text[]) as subject`;

const OAUTH_CLIENTS = `
  insert into oauth_clients
    (id, organization_id, project_id, client_id, name, name_folded, description, redirect_uris, grant_types, scopes,
     token_endpoint_auth_method, pkce_required, pkce_challenge_method, trusted, enabled,
     created, modified, created_by, modified_by, revision, synced_revision, synced_at)
  select id, organization_id, project_id, gen_random_uuid(), 'Web shop', 'web shop', 'Signs customers in at the web shop.',
         '{https://shop.example.com/callback,http://localhost:8080/callback}',
         '{authorization_code,refresh_token}', '{openid,offline_access,orders:read}',
         'client_secret_basic', true, 'S256', false, true,
         now(), now(), '{}', '{}', 1, 1, now()
  from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as t (id, organization_id, project_id)`;

/** One for each client, as most have: what is shown of a client depends on them. */
const SECRETS = `
  insert into oauth_client_secrets (id, oauth_client_id, hash, last_four, created, created_by)
  select gen_random_uuid(), id, sha256(id::text::bytea), 'abcd', now(), '{}' from unnest($1::uuid[]) as id`;

const MACHINE = `
  insert into oauth_clients
    (id, organization_id, project_id, client_id, name, name_folded, redirect_uris, grant_types, scopes,
     token_endpoint_auth_method, pkce_required, trusted, enabled,
     created, modified, created_by, modified_by, revision, synced_revision, synced_at)
  values ($1, $2, $3, $4, 'Order export', 'order export', '{}', '{client_credentials}', $5, 'client_secret_basic', false, false, true,
          now(), now(), '{}', '{}', 1, 1, now())`;

const SECRET = `
  insert into oauth_client_secrets (id, oauth_client_id, hash, last_four, created, created_by)
  values ($1, $2, $3, $4, now(), '{}')`;
