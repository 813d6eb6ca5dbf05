import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { Config } from '../../src/config/config.js';
import { createApp, type App, type AppOptions } from '../../src/app/create-app.js';
import { REGISTRY_SCOPES } from '../../src/oauth-clients/model/scope.js';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import { ApiClient } from './api-client.js';
import { createDatabase } from './postgres.js';
import { TestIssuer } from './tokens.js';
import { freePort } from './free-port.js';

/** Every issuer of the tests keeps its name, so that a process makes its key once. */
const hydra = new TestIssuer('https://hydra.test/');
const kratos = new TestIssuer('https://kratos.test/', { algorithm: 'ES256' });

export const FIRST_PARTY_CLIENT_ID = 'dashboard';

/** Members of the bodies that tests send. */
export type Body = Record<string, unknown>;

/** A service of one's own: real HTTP on a free port, a fresh database, tokens signed by issuers it trusts. */
export class TestRegistry {
  readonly api: ApiClient;
  readonly hydra = hydra;
  readonly kratos = kratos;

  private constructor(
    readonly app: App,
    readonly url: string,
    /** For looking at what is really stored. */
    readonly database: pg.Pool,
    readonly databaseUrl: string,
  ) {
    this.api = new ApiClient(url);
  }

  static async start(env: Record<string, string> = {}, options?: AppOptions): Promise<TestRegistry> {
    const databaseUrl = env['DATABASE_URL'] ?? (await createDatabase());
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = new Config({
      ...defaults(),
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: databaseUrl,
      ...env,
    });
    const app = await createApp(config, options);
    await app.nest.listen(config.port, config.host);
    return new TestRegistry(app, url, new pg.Pool({ connectionString: databaseUrl, max: 4 }), databaseUrl);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.database.end();
  }

  /** A token of the platform's own machine. */
  platform(): Promise<string> {
    return hydra.machine({ clientId: 'platform', scopes: ['registry:admin'] });
  }

  /** A token of a person who signed in through the dashboard, with all scopes of the API unless said otherwise. */
  person(
    sub: string,
    scopes: readonly string[] = REGISTRY_SCOPES,
    clientId = FIRST_PARTY_CLIENT_ID,
  ): Promise<string> {
    return hydra.person({ sub, clientId, scopes });
  }

  machine(clientId: string, scopes: readonly string[] = REGISTRY_SCOPES): Promise<string> {
    return hydra.machine({ clientId, scopes });
  }

  /** An organization with a project and a member of each role, made through the API as the platform makes them. */
  async tenant(settings: Body = {}): Promise<TestTenant> {
    const token = await this.platform();
    const organizationId = randomUUID();
    const projectId = randomUUID();
    const path = `/v1/organizations/${organizationId}`;
    await this.expectOk(this.api.put(path, { token, body: { name: 'Example Ltd', ...settings } }));
    await this.expectOk(this.api.put(`${path}/projects/${projectId}`, { token, body: { name: 'Shop' } }));
    const people = { admin: randomUUID(), developer: randomUUID(), viewer: randomUUID() };
    for (const [role, subject] of Object.entries(people)) {
      await this.expectOk(this.api.put(`${path}/members/${subject}`, { token, body: { role } }));
    }
    const [admin, developer, viewer] = await Promise.all(
      Object.values(people).map((sub) => this.person(sub)),
    );
    return new TestTenant(this, {
      organizationId,
      projectId,
      people,
      admin,
      developer,
      viewer,
    } as TenantFacts);
  }

  private async expectOk(answer: Promise<{ status: number; text: string }>): Promise<void> {
    const { status, text } = await answer;
    if (status !== 200) throw new Error(`provisioning failed: ${status} ${text}`);
  }
}

interface TenantFacts {
  readonly organizationId: string;
  readonly projectId: string;
  readonly people: Readonly<Record<'admin' | 'developer' | 'viewer', string>>;
  /** Tokens of a person in each role. */
  readonly admin: string;
  readonly developer: string;
  readonly viewer: string;
}

export class TestTenant {
  readonly organizationId = this.facts.organizationId;
  readonly projectId = this.facts.projectId;
  readonly people = this.facts.people;
  readonly admin = this.facts.admin;
  readonly developer = this.facts.developer;
  readonly viewer = this.facts.viewer;
  /** The path of the project's clients. */
  readonly clients = `/v1/organizations/${this.organizationId}/projects/${this.projectId}/oauth-clients`;

  constructor(
    private readonly registry: TestRegistry,
    private readonly facts: TenantFacts,
  ) {}

  client(id: string): string {
    return `${this.clients}/${id}`;
  }

  /** A client made by the admin: a web client unless the body says otherwise. */
  async createClient(body: Body = {}): Promise<OAuthClientDto> {
    const answer = await this.registry.api.post<OAuthClientDto>(this.clients, {
      token: this.admin,
      body: { ...WEB_CLIENT, ...body },
    });
    if (answer.status !== 201) throw new Error(`no client was made: ${answer.status} ${answer.text}`);
    return answer.body;
  }
}

export const WEB_CLIENT = {
  name: 'Web shop',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://shop.example.com/callback'],
};

export const MACHINE_CLIENT = { name: 'Export', grant_types: ['client_credentials'], redirect_uris: null };

let shared: Record<string, string> | undefined;

/** Key files and server state are the same for all services of a process: making keys is slow. */
function defaults(): Record<string, string> {
  shared ??= writeKeys(mkdtempSync(join(tmpdir(), 'registry-data-')));
  return shared;
}

function writeKeys(directory: string): Record<string, string> {
  const publish = (issuer: TestIssuer, name: string): string => {
    writeFileSync(join(directory, name), JSON.stringify(issuer.jwks()));
    return pathToFileURL(join(directory, name)).href;
  };
  return {
    DATA_DIR: directory,
    LOG_LEVEL: 'silent',
    // Tests ask more often than people do, all from one address.
    RATE_LIMITS: 'off',
    HYDRA_ISSUER: hydra.issuer,
    HYDRA_JWKS_URI: publish(hydra, 'hydra.json'),
    KRATOS_ISSUER: kratos.issuer,
    KRATOS_JWKS_URI: publish(kratos, 'kratos.json'),
    FIRST_PARTY_CLIENT_IDS: FIRST_PARTY_CLIENT_ID,
  };
}
