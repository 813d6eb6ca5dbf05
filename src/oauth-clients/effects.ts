import type { Access } from '../access/access.js';
import type { ObservedClient } from './model/live-secrets.js';
import type { ClientSettings } from './model/members.js';
import type { ServerBehaviour } from './model/server-behaviour.js';

/** What a write brings about beside the members that it changes: every code, and what it stands for. */
export const EFFECTS = {
  secret_is_made: 'The client gets a secret, which the answer to the real call shows once.',
  secrets_end: 'Secrets that work now end: at once, or after the time that `detail` names.',
  tokens_end:
    'Grants, refresh tokens and codes that were issued so far are refused; access tokens become inactive where they are introspected.',
  pkce_is_turned_on: 'Authorization requests must bring a code challenge from then on.',
  authorization_server_is_told: 'Hydra is brought to the new state.',
  consent_is_asked_again: 'People are asked for consent again.',
  client_is_gone_for_good: 'The client cannot be brought back, and its ids are never given again.',
  refresh_tokens_with_the_scope_end:
    'With Hydra: refresh tokens that hold a scope which is taken away fail, also for the rest of their scopes.',
} as const;

export type EffectCode = keyof typeof EFFECTS;

export interface Effect {
  readonly code: EffectCode;
  /** What happens in this very case. */
  readonly detail: string;
}

/** A write that is decided. */
export interface ForeseenWrite {
  /** Null for a client that is made. */
  readonly before: ObservedClient | null;
  /** Null for one that is deleted. */
  readonly after: ClientSettings | null;
  readonly makesSecret: boolean;
  /** How many secrets that work end, and in how many seconds; 0 is at once. */
  readonly endingSecrets: { readonly count: number; readonly seconds: number };
  readonly endsTokens: boolean;
}

/** What the effects depend on beside the write. */
export interface EffectContext extends Pick<Access, 'trusted_clients_allowed'> {
  readonly server: ServerBehaviour;
  /** Whether the server has to be told of changes. */
  readonly isTold: boolean;
  readonly mayAssign: (scope: string) => boolean;
}

/** What the write brings about, each once. */
export function effectsOf(write: ForeseenWrite, context: EffectContext): Effect[] {
  const { before, after, makesSecret } = write;
  const effects: [EffectCode, string | false][] = [
    ['secret_is_made', makesSecret && 'A secret is made, and shown once in the answer.'],
    ['secrets_end', secretsThatEnd(write)],
    ['tokens_end', tokensThatEnd(write, context)],
    [
      'pkce_is_turned_on',
      turnsPkceOn(write) && 'Authorization requests without a code challenge are refused.',
    ],
    ['authorization_server_is_told', context.isTold && 'Hydra is brought to the new state within seconds.'],
    [
      'consent_is_asked_again',
      losesTrust(write, context) && 'People are asked for consent before the client gets tokens for them.',
    ],
    ['client_is_gone_for_good', after === null && 'The client cannot be brought back.'],
    [
      'refresh_tokens_with_the_scope_end',
      before !== null && after !== null && lostWithScopes(before, after, context),
    ],
  ];
  return effects.flatMap(([code, detail]) => (detail === false ? [] : [{ code, detail }]));
}

function secretsThatEnd({ endingSecrets: { count, seconds } }: ForeseenWrite): string | false {
  if (count === 0) return false;
  const secrets = count === 1 ? 'One secret ends' : `${count} secrets end`;
  return seconds === 0 ? `${secrets} at once.` : `${secrets} in ${seconds} s at the latest.`;
}

const ALL_ENDS = 'Grants, refresh tokens and codes issued to the client so far are refused.';

function tokensThatEnd(write: ForeseenWrite, context: EffectContext): string | false {
  const { before, after, endsTokens } = write;
  const isSwitchedOff = before?.enabled === true && after?.enabled === false;
  if (endsTokens || after === null || isSwitchedOff) return ALL_ENDS;
  // Hydra cannot tell tokens that nobody consented to from others: there all end with the trust, even if it had no effect.
  if (context.isTold) return before?.trusted === true && !after.trusted && ALL_ENDS;
  return (
    losesTrust(write, context) &&
    'What was issued to the client without asking people for consent is refused.'
  );
}

const turnsPkceOn = ({ before, after }: ForeseenWrite): boolean =>
  after?.pkce_required === true && before?.pkce_required !== true;

/** Trust without the permission of the organization has no effect, and so its end has none. */
const losesTrust = ({ before, after }: ForeseenWrite, { trusted_clients_allowed }: EffectContext): boolean =>
  trusted_clients_allowed && before?.trusted === true && after?.trusted === false;

/** A scope that is no longer assignable is granted no more anyway. */
function lostWithScopes(
  before: ClientSettings,
  after: ClientSettings,
  { server, mayAssign }: EffectContext,
): string | false {
  const lost = server.lostScopes(before, after).filter(mayAssign);
  return lost.length > 0 && `Refresh tokens that hold ${lost.join(', ').slice(0, 400)} fail.`;
}
