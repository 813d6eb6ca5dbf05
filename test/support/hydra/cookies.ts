import { createHash } from 'node:crypto';
import type { HttpRequest } from './http.js';

export const SESSION_COOKIE = 'ory_hydra_session_dev';

/** Binds a page to the browser that was sent there. One for each client, as Hydra has it. */
export function csrfCookie(page: 'login' | 'consent', clientId: string): string {
  const suffix = createHash('sha256').update(clientId).digest().readUInt32BE();
  return `ory_hydra_${page}_csrf_dev_${suffix}`;
}

export function readCookie({ headers }: HttpRequest, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

export const setCookie = (name: string, value: string): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`;

export const clearCookie = (name: string): string =>
  `${name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax`;
