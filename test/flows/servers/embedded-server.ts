import { TestRegistry } from '../../support/registry.js';
import { EMBEDDED } from './dialect.js';
import { ASSIGNABLE_AUDIENCES, embeddedAt, type FlowServer, type ServerKind } from './flow-server.js';

export const embedded: ServerKind = {
  name: 'the embedded authorization server',
  dialect: EMBEDDED,
  start: async (): Promise<FlowServer> => {
    const registry = await TestRegistry.start({ ASSIGNABLE_AUDIENCES });
    return {
      registry,
      tenant: await registry.tenant({ trusted_clients_allowed: true }),
      ...embeddedAt(registry),
      dialect: EMBEDDED,
      stop: () => registry.stop(),
    };
  },
};
