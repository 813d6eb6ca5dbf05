import type { Actor } from '../auth/actor.js';

/** Who did something, as it is stored. */
export interface ActorRecord {
  readonly issuer: string;
  readonly subject: string;
  readonly client_id: string | null;
}

export const recordOf = (actor: Actor): ActorRecord => ({
  issuer: actor.issuer,
  subject: actor.subject,
  client_id: actor.clientId,
});
