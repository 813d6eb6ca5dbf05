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

const HAS_SECRET = `c.token_endpoint_auth_method <> 'none'`;

/** What was promised to clients, and must not end in silence without the gate or the hook that keep it. */
const PROMISES: readonly Promised[] = [
  {
    isKept: ({ authorizeGate }) => authorizeGate,
    isPromised: `c.pkce_required and ${HAS_SECRET}`,
    warning:
      'clients with a secret require PKCE, which nobody enforces: put the gate before Hydra and set AUTHORIZE_GATE=enabled.',
  },
  {
    isKept: ({ publicUrl }) => publicUrl !== null,
    isPromised: `${IS_AT_GATE} and ${HAS_SECRET}`,
    warning:
      'clients get tokens through the token gate only, which this process does not serve: set HYDRA_PUBLIC_URL. ' +
      'To leave the gate, each of them needs a new secret (POST .../secrets).',
  },
  {
    isKept: ({ hookSecrets }) => hookSecrets.length > 0,
    isPromised: 'c.trusted or coalesce(c.tokens_ended_at, c.trust_ended_at) is not null',
    warning:
      'clients are trusted, or had their tokens ended, and refresh tokens go on after the end of the trust or of tokens: ' +
      'set HOOK_SECRET, and oauth2.token_hook in Hydra.',
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
       where c.deleted_at is null and (${isPromised})`,
    );
    return rows[0]?.count ?? 0;
  }
}
