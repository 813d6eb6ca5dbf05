import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { Seal } from '../lib/seal.js';

const PURPOSE = 'idempotent-replay/v1';

/** Reads the key of the database, which the first process to ask has made. */
const OWN_KEY = new PreparedStatement<{ replay_key: Buffer }>(
  'idempotency_replay_key',
  `update registry_identity set replay_key = coalesce(replay_key, :replay_key) returning replay_key`,
  { replay_key: 'bytea' },
);

/** What a sealed secret belongs to. */
export interface SealedFor {
  /** The `id` of the `IdempotentCall` whose answer showed the secret. */
  readonly callId: Buffer;
  readonly secretId: string;
}

/**
 * Encrypts the secret of an answer for a replay. With Hydra the key is derived from `SECRETS_KEY`, which the database does not
 * know; with the embedded server, which has no such setting, the key stands in the database.
 */
@Injectable()
export class ReplaySeal {
  private made: Promise<Seal> | null = null;

  constructor(
    private readonly pool: pg.Pool,
    private readonly config: Config,
  ) {}

  async seal(secret: string, owner: SealedFor): Promise<Buffer> {
    return (await this.own()).seal(secret, associated(owner));
  }

  /** Null when it was sealed with another key or for something else. */
  async open(sealed: Buffer, owner: SealedFor): Promise<string | null> {
    return (await this.own()).open(sealed, associated(owner));
  }

  private own(): Promise<Seal> {
    // A failure is not remembered, so that the next call tries again.
    this.made ??= this.make().catch((error: unknown) => {
      this.made = null;
      throw error;
    });
    return this.made;
  }

  private async make(): Promise<Seal> {
    const { hydra } = this.config;
    if (hydra !== null) return new Seal(hydra.secretsKeys, PURPOSE);
    const row = await OWN_KEY.row(this.pool, { replay_key: randomBytes(32) });
    if (!row) throw new Error('the table registry_identity is empty');
    return new Seal([row.replay_key], PURPOSE);
  }
}

const associated = ({ callId, secretId }: SealedFor): Buffer =>
  Buffer.concat([callId, Buffer.from(secretId)]);
