import { randomUUID } from 'node:crypto';
import type { TestRegistry, TestTenant } from '../support/registry.js';
import { MACHINE_CLIENT } from '../support/registry.js';
import type { Operation } from './openapi.js';
import type { FuzzedRequest, PathValue } from './requests.js';

/** The operations that would leave nothing to try the others on: they get a tenant of their own. */
const DESTROYS = ['deleteOrganization', 'deleteProject'];

/** What an answer says of a client that was made, or got a secret. */
export interface Made {
  readonly id?: unknown;
  readonly secret_id?: unknown;
}

/** A tenant with people and clients, to whom fuzzed requests are addressed. */
export class World {
  private constructor(
    private readonly tenant: TestTenant,
    private readonly spares: readonly TestTenant[],
    private readonly other: TestTenant,
    private readonly clients: string[],
    private readonly tokens: Readonly<Record<string, string | undefined>>,
  ) {}

  /** The newest secret of each client that has got one, by the client. */
  private readonly secrets = new Map<string, string>();

  static async make(registry: TestRegistry): Promise<World> {
    const tenant = await registry.tenant({ trusted_clients_allowed: true });
    const other = await registry.tenant();
    const spares = [await registry.tenant(), await registry.tenant()];
    const clients = [(await tenant.createClient()).id, (await tenant.createClient(MACHINE_CLIENT)).id];
    const rights = ['oauth_clients:read', 'oauth_clients:write'];
    const machine = await tenant.createClient({ ...MACHINE_CLIENT, scopes: rights });
    const tokens = {
      admin: tenant.admin,
      developer: tenant.developer,
      viewer: tenant.viewer,
      session: await registry.kratos.kratosSession({ sub: tenant.people.admin }),
      machine: await registry.machine(machine.client_id),
      platform: await registry.platform(),
      'admin of another tenant': other.admin,
      stranger: await registry.person(randomUUID()),
      nobody: undefined,
    };
    return new World(tenant, spares, other, clients, tokens);
  }

  /** Who calls an operation: mostly those who may, so that its requests get far, and everybody else. */
  static callersOf({ tags }: Operation): string[] {
    const may = tags.includes('Provisioning')
      ? Array<string>(10).fill('platform')
      : [
          'admin',
          'admin',
          'admin',
          'admin',
          'developer',
          'developer',
          'session',
          'session',
          'machine',
          'machine',
        ];
    return [...may, 'admin', 'viewer', 'platform', 'admin of another tenant', 'stranger', 'nobody'];
  }

  tokenOf({ caller }: FuzzedRequest): string | undefined {
    return this.tokens[caller];
  }

  /** Later requests find what earlier ones made. */
  note({ id, secret_id }: Made): void {
    if (typeof id !== 'string') return;
    if (!this.clients.includes(id)) this.clients.push(id);
    if (typeof secret_id === 'string') this.secrets.set(id, secret_id);
  }

  /** Later requests do not look for what an earlier one has ended. */
  forget(ending: FuzzedRequest): void {
    const target = this.targetOf(ending);
    const index = this.clients.findIndex((id) => target.includes(`/oauth-clients/${id}`));
    if (index < 0) return;
    this.secrets.delete(this.clients[index] ?? '');
    if (ending.operation.operationId === 'deleteOAuthClient' && this.clients.length > 1)
      this.clients.splice(index, 1);
  }

  targetOf({ operation, path, query }: FuzzedRequest): string {
    const tenant = this.spares[DESTROYS.indexOf(operation.operationId)] ?? this.tenant;
    const target = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      this.textOf(name, path[name] ?? { live: 0 }, tenant, operation.path.includes('{secret_id}')),
    );
    return query === '' ? target : `${target}?${query}`;
  }

  private textOf(name: string, value: PathValue, own: TestTenant, needsSecret: boolean): string {
    if ('text' in value) return value.text;
    const tenant = 'foreign' in value ? this.other : own;
    const [client = '', secret = ''] = [...this.secrets].at(-1) ?? [];
    if (needsSecret && name === 'oauth_client_id' && 'live' in value) return client;
    if (name === 'secret_id') return secret;
    switch (name) {
      case 'org_id':
        return tenant.organizationId;
      case 'project_id':
        return tenant.projectId;
      case 'subject':
        return 'somebody';
      default:
        return this.clients.at('live' in value ? -1 - (value.live % this.clients.length) : 0) ?? '';
    }
  }
}
