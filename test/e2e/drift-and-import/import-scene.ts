import { randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { runCommand, type CommandEnd, type CommandOptions } from './command-process.js';
import { HydraEdits, type Members } from './hydra-edits.js';

export const WEB = {
  owner: 'shop-team',
  client_name: 'Old web shop',
  client_secret: 'the secret that its servers have',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://shop.example/callback'],
  scope: 'openid offline_access notes:read',
};

/** A line of the report with --json. */
export interface Reported {
  readonly outcome: string;
  readonly client_id: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly project_id: string | null;
  readonly reasons: readonly string[];
  readonly rules: readonly { readonly pointer: string; readonly code: string; readonly value: unknown }[];
  readonly losses: readonly { readonly member: string }[];
  readonly changes: readonly { readonly member: string; readonly from: unknown; readonly to: unknown }[];
}

/** Clients that were in Hydra before the registry was, and what it takes to import them. */
export class ImportScene {
  readonly edits = new HydraEdits(this.setup);

  constructor(private readonly setup: HydraRegistry) {}

  import(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
    const { organizationId, projectId } = this.setup.tenant;
    const project = args.includes('--project') ? [] : ['--project', projectId];
    return this.run(['--organization', organizationId, ...project, ...args], options);
  }

  run(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
    return runCommand('hydra-import', this.setup, { ...options, args });
  }

  /** Runs it with a mapping file of these lines. */
  async importBy(lines: readonly string[], args: readonly string[] = [], options?: CommandOptions) {
    const path = join(await mkdtemp(join(tmpdir(), 'mapping-')), 'mapping.csv');
    await writeFile(path, lines.join('\n'));
    return this.run(['--mapping', path, ...args], options);
  }

  /** What each client of a report came to, by its client_id. */
  async outcomes(args: readonly string[], options?: CommandOptions): Promise<Map<string, Reported>> {
    const { lines } = await this.import([...args, '--json'], options);
    return new Map(
      lines.map((line) => JSON.parse(line) as Reported).map((report) => [report.client_id, report]),
    );
  }

  /** Puts a client into Hydra. @returns its client_id */
  async existing(members: Members = {}): Promise<string> {
    const clientId = randomUUID();
    await this.edits.add({ ...WEB, client_id: clientId, ...members });
    return clientId;
  }

  /** The first page of the project's. */
  async clients(): Promise<OAuthClientDto[]> {
    const { clients: path, viewer: token } = this.setup.tenant;
    return (await this.setup.registry.api.get<{ data: OAuthClientDto[] }>(path, { token })).body.data;
  }

  /** The client in the registry, once Hydra has its first revision. */
  async imported(clientId: string): Promise<OAuthClientDto> {
    for (;;) {
      const client = (await this.clients()).find(({ client_id: id }) => id === clientId);
      if (client && client.sync_status !== 'pending') return client;
      await sleep(20);
    }
  }

  /** Whether the secret that it always had does. */
  works(clientId: string): boolean {
    return this.setup.hydra.verifySecret(clientId, WEB.client_secret);
  }
}
