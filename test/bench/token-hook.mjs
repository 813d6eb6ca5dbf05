import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { load } from './load.mjs';
import { startService } from './servers.mjs';

/** About as many as a Hydra keeps busy. */
const CONNECTIONS = 4;
const WARM_UP_SECONDS = 3;
/** Longer than the registry goes by what the database has said, so that renewals are measured too. */
const SECONDS = 10;
const HOOK_SECRET = randomBytes(32).toString('base64url');

/**
 * How long Hydra waits for the token hook of a registry that knows the clients already. It needs no Hydra for that.
 *
 * @returns the milliseconds that half and 99 % of the answers took at most
 */
export async function timeTokenHook(settings, databaseUrl) {
  const clientIds = await readClientIds(databaseUrl);
  const service = await startService(await hydraSettings(settings, databaseUrl));
  try {
    const requests = clientIds.map(requestOf);
    let sent = 0;
    const nextRequest = () => requests[sent++ % requests.length];
    const measure = (seconds) => load({ port: service.port, connections: CONNECTIONS, seconds, nextRequest });
    await measure(WARM_UP_SECONDS);
    return await measure(SECONDS);
  } finally {
    await service.stop();
  }
}

async function readClientIds(databaseUrl) {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const { rows } = await database.query('select client_id from oauth_clients');
  await database.end();
  return rows.map((row) => row.client_id);
}

async function hydraSettings(settings, databaseUrl) {
  const directory = join(settings.DATA_DIR, 'with-hydra');
  await mkdir(directory);
  return {
    ...settings,
    DATA_DIR: directory,
    DATABASE_URL: databaseUrl,
    AUTHORIZATION_SERVER: 'hydra',
    HYDRA_ADMIN_URL: 'http://127.0.0.1:9',
    SECRETS_KEY: randomBytes(32).toString('base64'),
    ASSIGNABLE_SCOPES: 'openid',
    HOOK_SECRET,
  };
}

/** What Hydra asks at a refresh, where the claims do not name the tenant yet. */
function requestOf(clientId) {
  const claims = { jti: '', iss: 'https://hydra.bench/', sub: 'ada', aud: [clientId], ext: { sid: 'a' } };
  const idToken = { id_token_claims: claims, headers: { extra: {} }, username: '', subject: 'ada' };
  const body = JSON.stringify({
    session: { id_token: idToken, extra: { plan: 'pro' }, client_id: clientId, consent_challenge: '' },
    request: { client_id: clientId, granted_scopes: ['openid'], grant_types: ['refresh_token'] },
  });
  const lines = [
    'POST /hooks/hydra/token HTTP/1.1',
    'Host: 127.0.0.1',
    `Authorization: Bearer ${HOOK_SECRET}`,
    'Content-Type: application/json; charset=UTF-8',
    `Content-Length: ${body.length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
