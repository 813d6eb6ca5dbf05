import { findingIf, findingsIn, ownPage, type AdviceKind } from './advice-kind.js';

/** About what a client was once given and the platform no longer gives. */
export const REACH_ADVICE = {
  trust_without_effect: {
    severity: 'warning',
    meaning: 'The client is `trusted`, and its organization may not have trusted clients any more.',
    remedy: 'Send `trusted` false, or ask the platform to allow trusted clients again.',
    reference: ownPage('trust_without_effect'),
    find: ({ trusted }, { trusted_clients_allowed }) =>
      findingIf(
        trusted && !trusted_clients_allowed,
        'trusted',
        'People are asked for consent all the same: the organization may no longer have trusted clients.',
      ),
    shown: { trusted: true },
    silent: { trusted: false },
  },
  scope_no_longer_assignable: {
    severity: 'warning',
    meaning: 'The client lists a scope that clients may no longer be given: it is not granted.',
    remedy: 'Remove it from `scopes`, or ask the operator to make it assignable again (`ASSIGNABLE_SCOPES`).',
    reference: ownPage('scope_no_longer_assignable'),
    find: ({ scopes }, { mayAssign }) =>
      findingsIn('scopes', scopes, (scope) => !mayAssign(scope), 'This scope is no longer granted.'),
    shown: { scopes: ['orders:read', 'legacy:read'] },
    silent: { scopes: ['orders:read'] },
  },
  audience_no_longer_assignable: {
    severity: 'warning',
    meaning: 'The client lists an audience that clients may no longer be given: it gets no tokens for it.',
    remedy:
      'Remove it from `audiences`, or ask the operator to make it assignable again (`ASSIGNABLE_AUDIENCES`).',
    reference: ownPage('audience_no_longer_assignable'),
    find: ({ audiences }, { mayAssignAudience }) =>
      findingsIn(
        'audiences',
        audiences,
        (audience) => !mayAssignAudience(audience),
        'No tokens are issued for this audience any more.',
      ),
    shown: { audiences: ['https://legacy.example.com'] },
    silent: { audiences: ['https://api.example.com'] },
  },
} as const satisfies Readonly<Record<string, AdviceKind>>;
