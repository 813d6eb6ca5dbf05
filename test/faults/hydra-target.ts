import { HydraStandIn } from '../support/hydra/hydra-stand-in.js';

/** The Hydra behind the faults. */
export interface HydraTarget {
  readonly adminUrl: string;
  /** With no gate before it. */
  readonly publicUrl: string;
  /** In clear, where that can be known. */
  secretOf(clientId: string): string | null;
  /** Copies all clients. @returns what puts them back, past Hydra; null where there is no way to */
  backUp: (() => () => void) | null;
  /** Empties the table of clients, past Hydra; null where there is no way to. */
  loseAll: (() => void) | null;
  /** @param clientIds what was made there; a real Hydra goes on without it */
  stop(clientIds: readonly string[]): Promise<void>;
}

export interface HydraClientMembers extends Readonly<Record<string, unknown>> {
  readonly client_id: string;
  readonly metadata?: {
    readonly oauth_client_registry?: { readonly registry?: string; readonly revision?: number };
  };
}

/** The real one that the environment names, else a stand-in of one's own. */
export async function startTarget(env: NodeJS.ProcessEnv = process.env): Promise<HydraTarget> {
  const { HYDRA_ADMIN_URL: adminUrl, HYDRA_DIRECT_URL: publicUrl } = env;
  if (adminUrl && publicUrl)
    return {
      adminUrl,
      publicUrl,
      secretOf: () => null,
      backUp: null,
      loseAll: null,
      stop: (clientIds) => removeFrom(adminUrl, clientIds),
    };
  const standIn = await HydraStandIn.start();
  return {
    adminUrl: standIn.adminUrl,
    publicUrl: standIn.publicUrl,
    secretOf: (clientId) => standIn.clients.get(clientId)?.secret ?? null,
    backUp: () => {
      const backup = standIn.backup();
      return () => standIn.restore(backup);
    },
    loseAll: () => standIn.restore(new Map()),
    stop: () => standIn.stop(),
  };
}

async function removeFrom(adminUrl: string, clientIds: readonly string[]): Promise<void> {
  for (const clientId of clientIds)
    await fetch(`${adminUrl}/admin/clients/${clientId}`, { method: 'DELETE' });
}

/** All clients that carry the mark of this registry, by their `client_id`. */
export async function clientsOf(
  { adminUrl }: HydraTarget,
  registryId: string,
): Promise<Map<string, HydraClientMembers>> {
  const found = new Map<string, HydraClientMembers>();
  let next: string | null = '/admin/clients?page_size=500';
  while (next !== null) {
    const answer: Response = await fetch(adminUrl + next);
    for (const client of JSON.parse(await answer.text()) as HydraClientMembers[])
      if (client.metadata?.oauth_client_registry?.registry === registryId)
        found.set(client.client_id, client);
    next = /<([^>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? null;
  }
  return found;
}

export interface Credentials {
  readonly clientId: string;
  readonly secret: string;
  readonly method: string;
}

/** Whether a client can authenticate so at the token endpoint of this server, or of the gate before it. The grant it asks for is never given. */
export async function authenticates(
  publicUrl: string,
  { clientId, secret, method }: Credentials,
): Promise<boolean> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'not-one' });
  const headers = new Headers();
  if (method === 'client_secret_post') {
    form.set('client_id', clientId);
    form.set('client_secret', secret);
  } else headers.set('authorization', `Basic ${btoa([clientId, secret].map(encodeURIComponent).join(':'))}`);
  const { status } = await fetch(`${publicUrl}/oauth2/token`, { method: 'POST', headers, body: form });
  return ![401, 429, 503].includes(status);
}
