import type { FastifyRequest } from 'fastify';
import type { HydraConfig } from '../../config/hydra-config.js';
import { HookSecret } from './hook-secret.js';

const PREFIX = '/hooks/';

/** Whether it is Hydra or its proxy that asks, each from one address for everybody: no limit for addresses fits them. */
export function presentsHookSecret({
  hookSecrets,
}: HydraConfig): (request: Pick<FastifyRequest, 'url' | 'headers'>) => boolean {
  const secret = new HookSecret(hookSecrets);
  return ({ url, headers }) => url.startsWith(PREFIX) && secret.isIn(headers.authorization);
}
