import type { Access } from '../access/access.js';
import { Problem } from '../problem-details/problem.js';
import type { ClientSettings } from './model/members.js';
import { isPrivileged } from './model/oauth-client.rules.js';

/**
 * Whoever controls a privileged client acts on this registry, or for people who never consented: only human admins may.
 *
 * @param states of the client, before and after a change
 * @throws Problem 403 unless the caller is an admin, or none of the states is privileged
 */
export function demandAdminIfPrivileged({ role }: Access, ...states: ClientSettings[]): void {
  if (role === 'admin' || !states.some(isPrivileged)) return;
  throw new Problem(
    'forbidden',
    'Only a human admin manages privileged clients: those that are trusted or hold an oauth_clients:* scope. Ask an admin ' +
      'of the organization.',
  );
}
