import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { clientsOf, type HydraClientMembers } from '../hydra-target.js';
import type { RegistryProcess } from '../registry-process.js';
import type { Tenant } from '../tenant.js';
import type { World } from '../world.js';
import type { Members } from './replay.js';

export interface ClientRow extends Members {
  readonly id: string;
  readonly client_id: string;
  readonly deleted_at: Date | null;
  readonly revision: number;
  readonly synced_revision: number;
  readonly sync_problem: { readonly code: string } | null;
  readonly doubt: string | null;
  readonly server_key: string | null;
}

export interface SecretRow {
  readonly id: string;
  readonly oauth_client_id: string;
  readonly hash: Buffer;
  readonly revoked_at: Date | null;
  readonly sealed: Buffer | null;
}

export interface EventRow {
  readonly oauth_client_id: string;
  readonly request_id: string;
  readonly secret_id: string | null;
  readonly action: string;
  readonly changes: Readonly<Record<string, object>>;
  readonly revision: number;
}

/** Everything that has to fit together. */
export interface Facts {
  readonly registryId: string;
  readonly rows: readonly ClientRow[];
  readonly secrets: readonly SecretRow[];
  /** The audit events of clients, in the order of their revisions. */
  readonly events: readonly EventRow[];
  readonly inHydra: ReadonlyMap<string, HydraClientMembers>;
  /** What each process lists, by id. */
  readonly listed: readonly ReadonlyMap<string, OAuthClientDto>[];
}

export async function gatherFacts({ pool, target, processes, tenant }: World): Promise<Facts> {
  const query = async <Row extends object>(text: string): Promise<Row[]> =>
    (await pool.query<Row>(text)).rows;
  const [identity] = await query<{ id: string }>('select id from registry_identity');
  const registryId = identity?.id ?? '';
  return {
    registryId,
    rows: await query<ClientRow>('select * from oauth_clients order by id'),
    secrets: await query<SecretRow>('select * from oauth_client_secrets order by id'),
    events: await query<EventRow>(
      'select * from audit_events where oauth_client_id is not null order by oauth_client_id, revision',
    ),
    inHydra: await clientsOf(target, registryId),
    listed: await Promise.all(processes.map((process) => listAll(process, tenant))),
  };
}

async function listAll({ api }: RegistryProcess, tenant: Tenant): Promise<Map<string, OAuthClientDto>> {
  const found = new Map<string, OAuthClientDto>();
  const token = await tenant.token();
  let query = '?limit=100';
  for (;;) {
    const { body } = await api.get<{ data: OAuthClientDto[]; next_cursor: string | null }>(
      `${tenant.clients}${query}`,
      { token },
    );
    for (const client of body.data) found.set(client.id, client);
    if (body.next_cursor === null) return found;
    query = `?limit=100&cursor=${encodeURIComponent(body.next_cursor)}`;
  }
}
