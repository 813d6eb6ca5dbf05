import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { hydraSettings } from '../support/hydra/hydra-registry.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { FaultyHydra } from './faulty-hydra.js';
import { History } from './history.js';
import { startTarget, type HydraTarget } from './hydra-target.js';
import { HydraWeather } from './hydra-weather.js';
import type { Random } from './random.js';
import { RegistryProcess } from './registry-process.js';
import type { RestartablePostgres } from './restartable-postgres.js';
import { Tenant } from './tenant.js';

/** Milliseconds after which a query that hangs is given up. The service's own bound would make the run wait too long. */
const QUERY_TIMEOUT_MS = 1_500;

/** How the clients prove themselves: to Hydra, or to the token gate. */
export type Mode = 'direct' | 'gate';

interface Parts {
  readonly mode: Mode;
  readonly postgres: RestartablePostgres;
  readonly link: TcpProxy;
  readonly pool: pg.Pool;
  readonly target: HydraTarget;
  readonly hydra: FaultyHydra;
  readonly processes: readonly RegistryProcess[];
  readonly weather: HydraWeather;
  readonly history: History;
  readonly directory: string;
}

/** Two processes of a registry on one database, a Hydra that follows them, and something that breaks between all of them. */
export class World {
  readonly mode = this.parts.mode;
  readonly postgres = this.parts.postgres;
  /** Between the processes and the database. */
  readonly link = this.parts.link;
  /** Past that, for looking at what is stored. */
  readonly pool = this.parts.pool;
  readonly target = this.parts.target;
  readonly hydra = this.parts.hydra;
  readonly processes = this.parts.processes;
  readonly weather = this.parts.weather;
  readonly history = this.parts.history;
  readonly tenant = new Tenant();

  private constructor(private readonly parts: Parts) {}

  /** Nothing runs in it yet. */
  static async create(postgres: RestartablePostgres, random: Random, mode: Mode): Promise<World> {
    const history = new History();
    const database = await postgres.createDatabase();
    const [link, target, directory] = await Promise.all([
      TcpProxy.to(database),
      startTarget(),
      mkdtemp(join(tmpdir(), 'registry-faults-state-')),
    ]);
    const hydra = await FaultyHydra.before(target, () => history.now());
    const settings = { ...environment(link, hydra, directory), ...(mode === 'gate' && gateBefore(target)) };
    const processes = ['one', 'two'].map((name) => new RegistryProcess(name, settings));
    const pool = new pg.Pool({ connectionString: database, max: 4 });
    // The database is restarted under it.
    pool.on('error', () => undefined);
    const weather = new HydraWeather(random.stream('weather'));
    return new World({ mode, postgres, link, pool, target, hydra, processes, weather, history, directory });
  }

  /** Where clients ask for tokens, of a process that serves where it is the gate. */
  get tokenUrl(): string {
    const serving = this.processes.find(({ isUp }) => isUp) ?? this.processes[0]!;
    return this.mode === 'gate' ? serving.api.url : this.target.publicUrl;
  }

  /** Starts the processes, and makes the callers' project. */
  async open(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.start()));
    await this.tenant.provision(this.processes[0]!.api);
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.retire()));
    await this.pool.end();
    await Promise.all([this.link.close(), this.hydra.stop()]);
    await rm(this.parts.directory, { recursive: true, force: true });
  }
}

function environment(link: TcpProxy, hydra: FaultyHydra, directory: string): Record<string, string> {
  const url = new URL(link.url);
  url.searchParams.set('query_timeout', String(QUERY_TIMEOUT_MS));
  return {
    ...hydraSettings(hydra.adminUrl),
    DATABASE_URL: url.href,
    DATA_DIR: directory,
    LOG_LEVEL: 'debug',
  };
}

const gateBefore = ({ publicUrl }: HydraTarget): Record<string, string> => ({
  TOKEN_GATE: 'enabled',
  HYDRA_PUBLIC_URL: publicUrl,
});
