/**
 * The least that a token by client credentials can cost: oidc-provider alone, with what it knows in memory. It issues the
 * same tokens as the service does, and knows no organizations, no projects and no hashed secrets.
 */
import { createServer } from 'node:http';
import { Provider } from '../../../dist/src/embedded-server/oidc-provider.js';

const TOKEN_SECONDS = 15 * 60;

process.once('message', ({ client, audience, scope, signingKey }) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    const provider = new Provider(`http://127.0.0.1:${port}`, {
      adapter: (model) => new MemoryAdapter(model === 'Client' ? [[client.client_id, client]] : []),
      jwks: { keys: [signingKey] },
      ttl: { ClientCredentials: TOKEN_SECONDS },
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            audience,
            scope,
            accessTokenFormat: 'jwt',
            accessTokenTTL: TOKEN_SECONDS,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    });
    server.on('request', provider.callback());
    process.send(port);
  });
});

process.once('disconnect', () => process.exit());

/** Issuing tokens by client credentials reads clients and stores nothing. */
class MemoryAdapter {
  #entries;

  constructor(entries) {
    this.#entries = new Map(entries);
  }

  async find(id) {
    return this.#entries.get(id);
  }

  async upsert(id, payload) {
    this.#entries.set(id, payload);
  }
}
