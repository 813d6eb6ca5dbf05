import pg from 'pg';
import { HydraStandIn } from '../support/hydra/hydra-stand-in.js';

/** A Hydra, one row of which can be put back. */
export interface RestorableHydra {
  readonly adminUrl: string;
  /** With no gate before it. */
  readonly publicUrl: string;
  /** Copies the row of a client. @returns what puts it back as it was, past Hydra */
  backUp: (clientId: string) => Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

interface Named {
  readonly name: string;
  /** Whether its rows can be put back: those of a real one where HYDRA_DATABASE_URL says how. */
  readonly hasBackUps: boolean;
  readonly start: () => Promise<RestorableHydra>;
}

/** The stand-in, and the real one that the environment names. */
export function restorableHydras(env: NodeJS.ProcessEnv = process.env): readonly Named[] {
  const { HYDRA_ADMIN_URL: adminUrl, HYDRA_DIRECT_URL: publicUrl, HYDRA_DATABASE_URL: database } = env;
  const standIn = { name: 'the stand-in', hasBackUps: true, start: startStandIn };
  if (!adminUrl || !publicUrl) return [standIn];
  const start = () => Promise.resolve(withDatabase({ adminUrl, publicUrl }, database));
  return [standIn, { name: 'the real Hydra', hasBackUps: Boolean(database), start }];
}

async function startStandIn(): Promise<RestorableHydra> {
  const hydra = await HydraStandIn.start();
  return {
    adminUrl: hydra.adminUrl,
    publicUrl: hydra.publicUrl,
    backUp: (clientId) => {
      const backup = hydra.backup();
      return Promise.resolve(() => Promise.resolve(hydra.restore(backup, clientId)));
    },
    stop: () => hydra.stop(),
  };
}

function withDatabase(
  real: Pick<RestorableHydra, 'adminUrl' | 'publicUrl'>,
  database: string | undefined,
): RestorableHydra {
  const pool = new pg.Pool({ connectionString: database, max: 1 });
  return { ...real, backUp: (clientId) => copyRow(pool, clientId), stop: () => pool.end() };
}

async function copyRow(pool: pg.Pool, clientId: string): Promise<() => Promise<void>> {
  const { rows } = await pool.query<{ row: object }>(
    'select to_jsonb(c) as row from hydra_client c where id = $1',
    [clientId],
  );
  const row = rows[0]?.row ?? {};
  const columns = Object.keys(row)
    .map((name) => `"${name}"`)
    .join(', ');
  return async () => {
    await pool.query(
      `update hydra_client set (${columns}) = (select ${columns} from jsonb_populate_record(null::hydra_client, $2))
       where id = $1`,
      [clientId, JSON.stringify(row)],
    );
  };
}
