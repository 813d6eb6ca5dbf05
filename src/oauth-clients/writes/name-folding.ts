import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { BATCH, Cleanup } from '../../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../../database/prepared-statement.js';
import { foldedName } from '../model/folded-name.js';
import type { OAuthClient } from '../model/oauth-client.entity.js';

const EVERY_MS = 60_000;

const UNFOLDED = new PreparedStatement<Pick<OAuthClient, 'id' | 'name'>>(
  'oauth_client_unfolded',
  `select id, name from oauth_clients where name_folded = '' and deleted_at is null order by id limit ${BATCH}`,
  { id: 'uuid', name: 'text' },
);

/** Skips clients that are being written: whoever writes one folds its name. */
const FOLD = new PreparedStatement(
  'oauth_client_fold_names',
  `with found as (
     select c.id, folded.name_folded
     from unnest(:ids::uuid[], :names::text[], :names_folded::text[]) as folded (id, name, name_folded)
     join oauth_clients c on c.id = folded.id and c.name = folded.name
     for update of c skip locked
   )
   update oauth_clients c set name_folded = found.name_folded from found where c.id = found.id`,
  NO_COLUMNS,
);

/** Folds the names of clients that a process of an older version has made, while both versions run. */
@Injectable()
export class NameFolding extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const unfolded = await UNFOLDED.rows(this.pool, {});
    if (unfolded.length === 0) return 0;
    const names = unfolded.map(({ name }) => name);
    const ids = unfolded.map(({ id }) => id);
    return FOLD.count(this.pool, { ids, names, names_folded: names.map(foldedName) });
  }
}
