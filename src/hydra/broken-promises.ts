import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import pg from 'pg';
import { HydraConfig } from '../config/hydra-config.js';
import { IS_AT_GATE } from '../oauth-clients/model/server-credential.js';

interface Promised {
  readonly isKept: (config: HydraConfig) => boolean;
  /** SQL: which clients `c` were promised it. */
  readonly isPromised: string;
  /** The rest of the warning that begins with the number of these clients. */
  readonly warning: string;
}

/** What was promised to clients while a gate stood before Hydra, and must not end in silence without it. */
const PROMISES: readonly Promised[] = [
  {
    isKept: ({ authorizeGate }) => authorizeGate,
    isPromised: 'c.pkce_required',
    warning:
      'clients with a secret require PKCE, which nobody enforces: put the gate before Hydra and set AUTHORIZE_GATE=enabled.',
  },
  {
    isKept: ({ publicUrl }) => publicUrl !== null,
    isPromised: IS_AT_GATE,
    warning:
      'clients get tokens through the token gate only, which this process does not serve: set HYDRA_PUBLIC_URL. ' +
      'To leave the gate, each of them needs a new secret (POST .../secrets).',
  },
];

/** Warns at the start of promises to clients that this process does not keep. */
@Injectable()
export class BrokenPromises implements OnApplicationBootstrap {
  private readonly logger = new Logger('Hydra');

  constructor(
    private readonly config: HydraConfig,
    private readonly pool: pg.Pool,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    for (const { isKept, isPromised, warning } of PROMISES) {
      const count = isKept(this.config) ? 0 : await this.count(isPromised);
      if (count > 0) this.logger.warn(`${count} ${warning}`);
    }
  }

  private async count(isPromised: string): Promise<number> {
    const { rows } = await this.pool.query<{ count: number }>(
      `select count(*)::int as count from oauth_clients c
       where c.deleted_at is null and c.token_endpoint_auth_method <> 'none' and ${isPromised}`,
    );
    return rows[0]?.count ?? 0;
  }
}
