import type { FastifyRequest } from 'fastify';
import type { HydraConfig } from '../../config/hydra-config.js';
import { HookSecret } from './hook-secret.js';

const PREFIX = '/hooks/';

/**
 * Whether a request is one of Hydra or its proxy. Each of them sends the requests of all clients from one address, so
 * that the limits by address do not apply.
 */
export function presentsHookSecret({
  hookSecrets,
}: HydraConfig): (request: Pick<FastifyRequest, 'url' | 'headers'>) => boolean {
  const secret = new HookSecret(hookSecrets);
  return ({ url, headers }) => url.startsWith(PREFIX) && secret.isIn(headers.authorization);
}
