import type { LiveSecretFacts } from '../model/live-secrets.js';
import {
  daysAgo,
  daysSince,
  findingIf,
  hasSecretMethod,
  ownPage,
  type AdviceContext,
  type AdviceKind,
  type AdviceFinding,
} from './advice-kind.js';

/** Days after which a secret is old, a secret without a use is told of, and a client is unused. */
const OLD = 180;
const NEVER_USED = 30;
const UNUSED = 90;
/** A secret that was used less than so many days ago is in use: more than a week, for jobs that run once in one. */
const IN_USE = 8;

/** The greatest age, in days, of the secrets that the test holds for; null without any. */
function oldest(
  secrets: readonly LiveSecretFacts[] | null,
  context: AdviceContext,
  test: (secret: LiveSecretFacts) => boolean = () => true,
): number | null {
  let days: number | null = null;
  for (const secret of secrets ?? [])
    if (test(secret)) days = Math.max(days ?? 0, daysSince(secret[1], context));
  return days;
}

function findingOfAge(
  days: number | null,
  from: number,
  detail: (days: number) => string,
): readonly AdviceFinding[] {
  return days !== null && days >= from ? [{ pointer: '/client_secret', detail: detail(days) }] : [];
}

const isInUse = ([, , lastUsedAt, retiredAt]: LiveSecretFacts, context: AdviceContext): boolean =>
  retiredAt !== null &&
  lastUsedAt !== null &&
  lastUsedAt > retiredAt &&
  daysSince(lastUsedAt, context) < IN_USE;

const ID = '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e40';

/** A secret for an example. Its moments are days before `EXAMPLE_NOW`. */
const secret = (
  created: number,
  lastUsed: number | null = 1,
  retired: number | null = null,
): LiveSecretFacts => [
  ID,
  daysAgo(created),
  lastUsed === null ? null : daysAgo(lastUsed),
  retired === null ? null : daysAgo(retired),
  null,
];

/** About the secrets of a client, and who uses them. */
export const SECRET_ADVICE = {
  secret_is_old: {
    severity: 'warning',
    meaning: `A secret that works was made ${OLD} days ago or earlier.`,
    remedy:
      'Make a new secret with `overlap_seconds`, give it to whoever uses the client, and end the old one.',
    reference: ownPage('secret_is_old'),
    find: ({ live_secrets }, context) =>
      findingOfAge(
        oldest(live_secrets, context),
        OLD,
        (days) => `A secret is ${days} days old: the longer it is used, the more places know it.`,
      ),
    shown: { live_secrets: [secret(OLD)] },
    silent: { live_secrets: [secret(OLD - 1)] },
  },
  secret_never_used: {
    severity: 'info',
    meaning: `A secret that works was made ${NEVER_USED} days ago or earlier, and was never used.`,
    remedy: 'Find it in the list of secrets. End it if nobody needs it.',
    reference: ownPage('secret_never_used'),
    find: ({ live_secrets }, context) =>
      context.server.noticesUses
        ? findingOfAge(
            oldest(live_secrets, context, ([, , lastUsedAt]) => lastUsedAt === null),
            NEVER_USED,
            (days) => `A secret was made ${days} days ago and was never used.`,
          )
        : [],
    shown: { live_secrets: [secret(NEVER_USED, null)] },
    silent: { live_secrets: [secret(NEVER_USED - 1, null)] },
  },
  client_unused: {
    severity: 'info',
    meaning: `A client with a secret has not authenticated for ${UNUSED} days.`,
    remedy: 'Delete it if nobody needs it, or send `enabled` false until somebody does.',
    reference: ownPage('client_unused'),
    find: (client, context) => {
      if (!context.server.noticesUses || !hasSecretMethod(client)) return [];
      const days = daysSince((client.last_used_at ?? client.created).getTime(), context);
      if (days < UNUSED) return [];
      return findingIf(true, 'last_used_at', `Nobody has used the client for ${days} days.`);
    },
    shown: { last_used_at: new Date(daysAgo(UNUSED)) },
    silent: { last_used_at: new Date(daysAgo(UNUSED - 1)) },
  },
  retiring_secret_in_use: {
    severity: 'warning',
    meaning: `A secret was used after a newer one was made, less than ${IN_USE} days ago.`,
    remedy: 'Give the newer secret to whoever still uses the older one, before that one ends.',
    reference: ownPage('retiring_secret_in_use'),
    find: ({ live_secrets }, context) => {
      const found = (live_secrets ?? []).some((facts) => isInUse(facts, context));
      return findingIf(
        found,
        'client_secret',
        'A secret that is about to end is still used: whoever uses it will be refused then.',
      );
    },
    shown: { live_secrets: [secret(10, 1, 2)] },
    silent: { live_secrets: [secret(10, 3, 2)] },
  },
  wrong_secrets_arrive: {
    severity: 'warning',
    meaning: 'In the last 24 hours a request named the client without a secret that works.',
    remedy: 'Look for an application that has an old secret. If there is none, somebody may be guessing.',
    reference: ownPage('wrong_secrets_arrive'),
    find: ({ last_refused_at }, context) =>
      findingIf(
        last_refused_at !== null && daysSince(last_refused_at.getTime(), context) < 1,
        'last_refused_at',
        'In the last 24 hours a request named this client without a secret that works.',
      ),
    shown: { last_refused_at: new Date(daysAgo(0)) },
    silent: { last_refused_at: new Date(daysAgo(1)) },
  },
  no_live_secret: {
    severity: 'warning',
    meaning: 'The client authenticates with a secret, and has none that works.',
    remedy: 'Make a new secret, or delete the client if nobody needs it.',
    reference: ownPage('no_live_secret'),
    find: (client) =>
      findingIf(
        hasSecretMethod(client) && (client.live_secrets ?? []).length === 0,
        'client_secret',
        'The client cannot authenticate: none of its secrets works.',
      ),
    shown: { live_secrets: [] },
    silent: { live_secrets: [], token_endpoint_auth_method: 'none' },
  },
} as const satisfies Readonly<Record<string, AdviceKind>>;
