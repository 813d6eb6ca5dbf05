import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { isClientId } from '../lib/client-id.js';
import { PLATFORM_SCOPE } from './permission.js';

const IS_TENANTS = new PreparedStatement<{ id: string }>(
  'client_of_a_tenant',
  `select id from oauth_clients where client_id = :client_id`,
  { id: 'uuid' },
);

/** Recognizes the platform's own machine. */
@Injectable()
export class Platform {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * Whether the actor is a machine with the platform's scope, whose client is no tenant's. The id of a deleted tenant's
   * client stays that tenant's for ever.
   */
  async is({ kind, scopes, clientId }: Actor): Promise<boolean> {
    if (kind !== 'machine' || !scopes?.has(PLATFORM_SCOPE)) return false;
    return !isClientId(clientId) || !(await IS_TENANTS.row(this.pool, { client_id: clientId }));
  }
}
