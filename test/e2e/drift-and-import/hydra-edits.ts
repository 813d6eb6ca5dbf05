import type { HydraRegistry } from '../../support/hydra/hydra-registry.js';

export type Members = Readonly<Record<string, unknown>>;

/** What somebody does to Hydra past the registry. */
export class HydraEdits {
  constructor(private readonly setup: HydraRegistry) {}

  async add(members: Members): Promise<void> {
    await this.call('POST', '/admin/clients', members);
  }

  async change(clientId: string, members: Members): Promise<void> {
    const stored = await this.read(clientId);
    await this.call('PUT', `/admin/clients/${encodeURIComponent(clientId)}`, { ...stored, ...members });
  }

  async remove(clientId: string): Promise<void> {
    await this.call('DELETE', `/admin/clients/${encodeURIComponent(clientId)}`);
  }

  /** As the admin API answers it; null when there is none. */
  async read(clientId: string): Promise<Members | null> {
    const response = await fetch(
      `${this.setup.hydra.adminUrl}/admin/clients/${encodeURIComponent(clientId)}`,
    );
    const body = (await response.json()) as Members;
    return response.status === 404 ? null : body;
  }

  private async call(method: string, path: string, body?: Members): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.setup.hydra.adminUrl + path, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
}

/** As if every sync had been a while ago: what has just been brought to Hydra is not compared. */
export const letTimePass = ({ registry }: HydraRegistry): Promise<unknown> =>
  registry.database.query(`update oauth_clients set synced_at = synced_at - interval '1 minute'`);
