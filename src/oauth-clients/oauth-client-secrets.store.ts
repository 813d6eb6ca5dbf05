import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { SECRET_LIMITS } from './model/oauth-client.limits.js';
import { IS_LISTED, IS_UNSEEN, STATUS, type SecretStatus } from './model/secrets-of-client.js';

/** A secret as its owner sees it. */
export interface ListedSecret {
  readonly id: string;
  readonly name: string | null;
  readonly last_four: string | null;
  readonly created: Date;
  readonly expires_at: Date | null;
  /** Seconds that it has left; null for one that works until somebody ends it. */
  readonly seconds_left: number | null;
  /** The database's clock, when it was read. */
  readonly read_at: Date;
  readonly last_used_at: Date | null;
  readonly status: SecretStatus;
  /** Imported, and known to nobody but the authorization server. */
  readonly is_unseen: boolean;
}

const LIST = new PreparedStatement<ListedSecret>(
  'oauth_client_secret_list',
  `select s.id, s.name, s.last_four, s.created, s.expires_at, s.last_used_at,
     extract(epoch from s.expires_at - now())::float8 as seconds_left, now() as read_at, ${STATUS} as status,
     ${IS_UNSEEN} as is_unseen
   from oauth_client_secrets s
   where s.oauth_client_id = :id and ${IS_LISTED}
   order by s.created desc, s.id desc limit ${SECRET_LIMITS.listed}`,
  {
    id: 'uuid',
    name: 'text',
    last_four: 'text',
    created: 'timestamptz',
    expires_at: 'timestamptz',
    last_used_at: 'timestamptz',
    seconds_left: 'float8',
    read_at: 'timestamptz',
    status: 'text',
    is_unseen: 'bool',
  },
);

/** Reads the secrets that a client has. */
@Injectable()
export class OAuthClientSecretsStore {
  constructor(private readonly pool: pg.Pool) {}

  /** Newest first. */
  list({ id }: LoadedOAuthClient): Promise<ListedSecret[]> {
    return LIST.rows(this.pool, { id });
  }
}
