import pg from 'pg';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import { hydraSettings } from '../support/hydra/hydra-registry.js';
import { createDatabase } from '../support/postgres.js';
import type { Body } from '../support/registry.js';
import { ServiceProcess } from '../support/service-process.js';
import { FaultyHydra } from './faulty-hydra.js';
import { clientsOf, startTarget, type HydraTarget } from './hydra-target.js';
import { Tenant } from './tenant.js';
import { revisionIn } from '../support/revision.js';

/** Changes that are asked for at a time. */
const WRITERS = 4;

/** An answered change of a client, with milliseconds on the clock of the run. */
export interface Change {
  readonly client: OAuthClientDto;
  readonly revision: number;
  readonly status: number;
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** One process of a registry as people start it, and a Hydra that can be out of reach. */
export class OutageWorld {
  private renamed = 0;

  private constructor(
    private readonly service: ServiceProcess,
    private readonly tenant: Tenant,
    readonly pool: pg.Pool,
    readonly hydra: FaultyHydra,
    readonly target: HydraTarget,
    /** Ids of clients that other tests have left in a Hydra that they share: every database of a test has the same registry id. */
    readonly others: ReadonlySet<string>,
  ) {}

  static async start(): Promise<OutageWorld> {
    const target = await startTarget();
    const hydra = await FaultyHydra.before(target, () => performance.now());
    const database = await createDatabase();
    const settings = { ...hydraSettings(hydra.adminUrl), DATABASE_URL: database, LOG_LEVEL: 'warn' };
    const service = await ServiceProcess.start(settings);
    const pool = new pg.Pool({ connectionString: database, max: 2 });
    const tenant = new Tenant();
    await tenant.provision(service.api);
    const { rows } = await pool.query<{ id: string }>('select id from registry_identity');
    const others = new Set((await clientsOf(target, rows[0]?.id ?? '')).keys());
    return new OutageWorld(service, tenant, pool, hydra, target, others);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await Promise.all([this.pool.end(), this.hydra.stop()]);
  }

  /** Makes so many clients, a few at a time. */
  async create(count: number, body: Body): Promise<Change[]> {
    const token = await this.tenant.token();
    return this.each(
      Array.from({ length: count }, (_, index) => index),
      (index) =>
        this.timed(() =>
          this.service.api.post<OAuthClientDto>(this.tenant.clients, {
            token,
            body: { ...body, name: `Client ${index}` },
          }),
        ),
    );
  }

  /** Renames each of the clients, a few at a time. */
  async rename(clients: readonly OAuthClientDto[]): Promise<Change[]> {
    const token = await this.tenant.token();
    return this.each(clients, ({ id }) =>
      this.timed(() =>
        this.service.api.patch<OAuthClientDto>(`${this.tenant.clients}/${id}`, {
          token,
          body: { name: `Renamed ${++this.renamed}` },
        }),
      ),
    );
  }

  async countUnsynced(): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(
      'select count(*)::int as count from oauth_clients where synced_revision < revision',
    );
    return rows[0]?.count ?? 0;
  }

  private async timed(
    send: () => Promise<{ status: number; headers: Headers; body: OAuthClientDto }>,
  ): Promise<Change> {
    const askedAt = performance.now();
    const { status, headers, body: client } = await send();
    const revision = revisionIn(headers);
    return { client, revision, status, askedAt, answeredAt: performance.now() };
  }

  private async each<T>(items: readonly T[], change: (item: T) => Promise<Change>): Promise<Change[]> {
    const left = [...items];
    const changes: Change[] = [];
    const work = async (): Promise<void> => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) changes.push(await change(item));
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
    return changes;
  }
}
