import type pg from 'pg';

/** The UUID that tells this registry's clients from all others in Hydra. It was drawn when the database was made. */
export async function readRegistryId(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>('select id from registry_identity');
  if (!rows[0]) throw new Error('the table registry_identity is empty');
  return rows[0].id;
}
