import { randomUUID } from 'node:crypto';
import * as oidc from 'openid-client';
import type { StoredHydraClient } from '../../../src/hydra/admin-api/hydra-admin-api.js';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { AUDIENCE } from '../../support/tokens.js';
import { HYDRA } from './dialect.js';
import { LISTED, type FlowServer, type SecondProcess, type ServerKind } from './flow-server.js';

/** A Hydra with all that belongs to it but a registry. */
export interface RunningHydra {
  readonly adminUrl: string;
  /** The public address, behind the gate. */
  readonly issuer: string;
  /** The public address with no gate before it. */
  readonly ungatedUrl: string;
  /** The address of the login and consent application. */
  readonly pagesUrl: string;
  readonly hookSecret: string;
  /** Puts a registry where the token hook and the gate look for it, in place of any other. Until then every token is issued. */
  attach(registry: TestRegistry): Promise<void>;
  stop(): Promise<void>;
}

export type HydraKind = ServerKind<HydraServer>;

/** A Hydra that follows a registry, with everybody's tokens as in production: the platform's from Hydra, people's from Kratos. */
export class HydraServer implements FlowServer {
  readonly dialect = HYDRA;
  readonly issuer = this.hydra.issuer;
  readonly addresses = [this.hydra.issuer, this.hydra.pagesUrl];

  private constructor(
    private readonly hydra: RunningHydra,
    private readonly admin: TcpProxy,
    readonly registry: TestRegistry,
    /** A client of Hydra that the registry has never heard of. */
    readonly platform: oidc.Configuration,
    readonly tenant: TestTenant,
  ) {}

  static async start(hydra: RunningHydra): Promise<HydraServer> {
    const admin = await TcpProxy.to(hydra.adminUrl);
    const started = [() => admin.close(), () => hydra.stop()];
    try {
      // Before the registry reads the keys: a Hydra that has issued no token yet has made none for it.
      const { platform, credentials } = await platformClient(hydra);
      const token = await platformToken(hydra, credentials);
      const registry = await TestRegistry.start(settings(hydra, admin));
      started.unshift(() => registry.stop());
      registry.platform = () => Promise.resolve(token);
      registry.person = (sub) => registry.kratos.kratosSession({ sub });
      await hydra.attach(registry);
      const tenant = await registry.tenant({ trusted_clients_allowed: true });
      return new HydraServer(hydra, admin, registry, platform, tenant);
    } catch (error) {
      for (const stop of started) await stop();
      throw error;
    }
  }

  /** The same address with no gate before it. */
  pastTheGate({ pathname, search }: URL): URL {
    return new URL(pathname + search, this.hydra.ungatedUrl);
  }

  /** The client as Hydra's admin API shows it. */
  async clientInHydra(clientId: string): Promise<StoredHydraClient> {
    const answer = await fetch(`${this.hydra.adminUrl}/admin/clients/${clientId}`);
    return (await answer.json()) as StoredHydraClient;
  }

  /** What Hydra says of a token, under the names of RFC 7662. */
  async introspect(token: string): Promise<Readonly<Record<string, unknown>>> {
    const address = `${this.hydra.adminUrl}/admin/oauth2/introspect`;
    const answer = await fetch(address, { method: 'POST', body: new URLSearchParams({ token }) });
    return (await answer.json()) as Record<string, unknown>;
  }

  async lifeLeftOf(refreshToken: string): Promise<number> {
    return Number((await this.introspect(refreshToken))['exp']) - Date.now() / 1000;
  }

  /** Hydra has one hook, which leads to the second from then on. */
  async withSecondProcess(): Promise<SecondProcess> {
    const { databaseUrl } = this.registry;
    const second = await TestRegistry.start({
      ...settings(this.hydra, this.admin),
      DATABASE_URL: databaseUrl,
    });
    await this.hydra.attach(second);
    const stop = async (): Promise<void> => {
      await this.hydra.attach(this.registry);
      await second.stop();
    };
    return { at: this, stop };
  }

  /** From now on the registry cannot reach Hydra's admin API. */
  lose(): void {
    this.admin.cut();
  }

  find(): void {
    this.admin.restore();
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await this.admin.close();
    await this.removeClients();
    await this.hydra.stop();
  }

  /** A real Hydra goes on when the tests are done. */
  private async removeClients(): Promise<void> {
    const clients = `${this.hydra.adminUrl}/admin/clients`;
    const answer = await fetch(`${clients}?page_size=500&owner=${this.tenant.projectId}`);
    const owned = (await answer.json()) as { client_id: string }[];
    for (const { client_id: id } of [...owned, this.platform.clientMetadata()])
      await fetch(`${clients}/${id}`, { method: 'DELETE' });
  }
}

const settings = (
  { issuer, ungatedUrl, hookSecret }: RunningHydra,
  admin: TcpProxy,
): Record<string, string> => ({
  ...hydraSettings(admin.url),
  ...LISTED,
  HOOK_SECRET: hookSecret,
  HYDRA_ISSUER: issuer,
  HYDRA_JWKS_URI: `${issuer}.well-known/jwks.json`,
  HYDRA_PUBLIC_URL: ungatedUrl,
  TOKEN_GATE: 'enabled',
});

interface Platform {
  readonly platform: oidc.Configuration;
  /** Client id and secret, as HTTP's Basic scheme has them. */
  readonly credentials: string;
}

/** Makes the platform's client as `docker/platform-clients.sh` does. */
async function platformClient({ adminUrl, issuer }: RunningHydra): Promise<Platform> {
  const [id, secret] = [`platform-${randomUUID()}`, randomUUID()];
  const client = {
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    scope: 'registry:admin',
    audience: [AUDIENCE],
  };
  const answer = await fetch(`${adminUrl}/admin/clients`, { method: 'POST', body: JSON.stringify(client) });
  if (answer.status !== 201) throw new Error(`no client was made: ${answer.status} ${await answer.text()}`);
  const method = oidc.ClientSecretBasic(secret);
  const options = { execute: [oidc.allowInsecureRequests] };
  const platform = await oidc.discovery(new URL(issuer), id, undefined, method, options);
  return { platform, credentials: Buffer.from(`${id}:${secret}`).toString('base64') };
}

/** Gets a token from Hydra itself: the token gate is not there yet. */
async function platformToken({ ungatedUrl }: RunningHydra, credentials: string): Promise<string> {
  const answer = await fetch(new URL('/oauth2/token', ungatedUrl), {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'registry:admin',
      audience: AUDIENCE,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return token;
}
