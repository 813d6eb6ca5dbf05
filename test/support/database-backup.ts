import type pg from 'pg';

/** Tables of what happens to clients. */
const TABLES = ['oauth_clients', 'oauth_client_secrets', 'audit_events'] as const;

export type DatabaseBackup = ReadonlyMap<string, string>;

/** What the registry has of clients, for `restoreDatabase`. */
export async function backUpDatabase(pool: pg.Pool): Promise<DatabaseBackup> {
  const rows = new Map<string, string>();
  for (const table of TABLES) {
    const query = `select coalesce(jsonb_agg(t), '[]') as rows from ${table} t`;
    const answer = await pool.query<{ rows: object }>(query);
    rows.set(table, JSON.stringify(answer.rows[0]?.rows));
  }
  return rows;
}

/** Puts it back in one transaction. The trigger that keeps audit events as they are is out of the way meanwhile. */
export async function restoreDatabase(pool: pg.Pool, backup: DatabaseBackup): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query('begin; alter table audit_events disable trigger user');
    for (const table of TABLES.toReversed()) await connection.query(`delete from ${table}`);
    for (const table of TABLES)
      await connection.query(
        `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`,
        [backup.get(table)],
      );
    await connection.query('alter table audit_events enable trigger user; commit');
  } finally {
    connection.release();
  }
}
