import type { AdviceContext, AdvisedClient, AdviceKind, AdviceSeverity } from './advice-kind.js';
import { FLOW_ADVICE } from './flow.advice.js';
import { REACH_ADVICE } from './reach.advice.js';
import { SECRET_ADVICE } from './secret.advice.js';

/**
 * Everything that a client can be advised: the one table, from which answers, the API description, `docs/advice.md` and its
 * tests come. Codes are stable.
 */
export const ADVICE = { ...FLOW_ADVICE, ...SECRET_ADVICE, ...REACH_ADVICE } as const;

export type AdviceCode = keyof typeof ADVICE;

/** Something about a client that is allowed and could be better. */
export interface Advice {
  readonly code: AdviceCode;
  readonly severity: AdviceSeverity;
  readonly pointer: string;
  readonly detail: string;
  readonly remedy: string;
  readonly reference: string;
}

/** A client can list a hundred scopes that are no longer assignable; an answer stays small. */
export const MAX_ADVICE = 50;

const KINDS = Object.entries<AdviceKind>(ADVICE).map(([code, kind]) => ({
  ...kind,
  code: code as AdviceCode,
}));
const NONE: readonly Advice[] = [];

/** All that there is to say about a client, in the order of the table. It never keeps anybody from anything. */
export function adviceFor(client: AdvisedClient, context: AdviceContext): readonly Advice[] {
  let advice: Advice[] | null = null;
  for (const { find, code, severity, remedy, reference } of KINDS) {
    const findings = find(client, context);
    // Fast path: most kinds of advice apply to few clients.
    if (findings.length === 0) continue;
    advice ??= [];
    for (const { pointer, detail } of findings)
      advice.push({ code, severity, pointer, detail, remedy, reference });
  }
  return advice === null ? NONE : advice.slice(0, MAX_ADVICE);
}
