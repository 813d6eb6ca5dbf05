import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { HookSecret } from './hook-secret.js';

const PREFIX = '/hooks/';

/** Whether it is Hydra or its proxy that asks, each from one address for everybody: no limit for addresses fits them. */
export function presentsHookSecret({ hydra }: Config): (request: FastifyRequest) => boolean {
  const secret = new HookSecret(hydra?.hookSecret ?? null);
  return ({ url, headers }) => url.startsWith(PREFIX) && secret.isIn(headers.authorization);
}
