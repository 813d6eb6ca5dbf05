import { TestRegistry } from '../../support/registry.js';
import { EMBEDDED } from './dialect.js';
import { embeddedAt, LISTED, type FlowServer, type ServerKind } from './flow-server.js';

export const embedded: ServerKind = {
  name: 'the embedded authorization server',
  dialect: EMBEDDED,
  start: async (): Promise<FlowServer> => {
    const registry = await TestRegistry.start(LISTED);
    return {
      registry,
      tenant: await registry.tenant({ trusted_clients_allowed: true }),
      ...embeddedAt(registry),
      dialect: EMBEDDED,
      withSecondProcess: async () => {
        const second = await TestRegistry.start({ ...LISTED, DATABASE_URL: registry.databaseUrl });
        return { at: embeddedAt(second), stop: () => second.stop() };
      },
      lifeLeftOf: async (refreshToken) => {
        const { rows } = await registry.database.query<{ left: number }>(
          `select extract(epoch from expires_at - now())::float8 as left from authorization_server_artifacts
           where model = 'RefreshToken' and id = sha256(convert_to($1, 'UTF8'))`,
          [refreshToken],
        );
        return Number(rows[0]?.left);
      },
      stop: () => registry.stop(),
    };
  },
};
