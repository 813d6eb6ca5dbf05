import type { ClientMember, ClientSettings } from '../model/members.js';
import type { ObservedClient } from '../model/live-secrets.js';
import type { PlatformRules } from '../model/rule.js';
import type { ServerBehaviour } from '../model/server-behaviour.js';

/** `info`: good to know. `warning`: will cause trouble one day. `risk`: makes an attack easier. */
export const ADVICE_SEVERITIES = ['info', 'warning', 'risk'] as const;
export type AdviceSeverity = (typeof ADVICE_SEVERITIES)[number];

/** What advice looks at in a client. */
export interface AdvisedClient
  extends
    ClientSettings,
    Pick<ObservedClient, 'live_secrets' | 'created' | 'last_used_at' | 'last_refused_at'> {}

/** What advice depends on beside the client. */
export interface AdviceContext extends Pick<PlatformRules, 'mayAssign' | 'mayAssignAudience'> {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether the platform lets the organization have trusted clients. */
  readonly trusted_clients_allowed: boolean;
  readonly server: ServerBehaviour;
}

/** The members that advice can point to: those that the owner decides, and some that the registry sets. */
type Place = ClientMember | 'client_secret' | 'last_used_at' | 'last_refused_at';

export interface AdviceFinding {
  /** A JSON pointer into the representation. */
  readonly pointer: string;
  /** What is the case, in a sentence. */
  readonly detail: string;
}

/** One thing that is allowed and could be better. */
export interface AdviceKind {
  readonly severity: AdviceSeverity;
  /** When it is given, for the documentation. */
  readonly meaning: string;
  /** What to do. */
  readonly remedy: string;
  /** An RFC and its section, or a page of ours. */
  readonly reference: string;
  /** Pure, and cheap: it runs for every client that is shown. Empty when there is nothing to say. */
  find(this: void, client: AdvisedClient, context: AdviceContext): readonly AdviceFinding[];
  /** Members of a client that is given the advice (`shown`) and of one that is not: for the documentation and for a test. */
  readonly shown: Partial<AdvisedClient>;
  readonly silent: Partial<AdvisedClient>;
}

/** For advice of our own: the page that explains it. */
export const ownPage = (code: string): string => `docs/advice.md, ${code}`;

const NOTHING: readonly AdviceFinding[] = [];

export const findingIf = (found: boolean, place: Place, detail: string): readonly AdviceFinding[] =>
  found ? [{ pointer: `/${place}`, detail }] : NOTHING;

/** One finding for each item of a list that the test holds for. */
export function findingsIn(
  member: 'redirect_uris' | 'scopes' | 'audiences',
  values: readonly string[],
  test: (value: string) => boolean,
  detail: string,
): readonly AdviceFinding[] {
  if (!values.some(test)) return NOTHING;
  return values.flatMap((value, index) => (test(value) ? [{ pointer: `/${member}/${index}`, detail }] : []));
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days, so that what is shown of a client changes once a day at the most. */
export const daysSince = (moment: number, { now }: Pick<AdviceContext, 'now'>): number =>
  Math.floor((now - moment) / DAY_MS);

/** The moment at which the examples are judged, in milliseconds since the epoch. */
export const EXAMPLE_NOW = Date.UTC(2026, 10, 23, 9, 30);

export const daysAgo = (days: number): number => EXAMPLE_NOW - days * DAY_MS;

export const hasSecretMethod = ({ token_endpoint_auth_method }: ClientSettings): boolean =>
  token_endpoint_auth_method !== 'none';
