import type { ViolationCode } from '../../problem-details/violation-codes.js';
import type { Violation } from '../../problem-details/violation.js';
import { pointerTo, type ClientMember, type ClientSettings } from './members.js';

/** What the platform lets tenants hand out, by its configuration. */
export interface PlatformRules {
  mayAssign(this: void, scope: string): boolean;
  mayAssignAudience(this: void, audience: string): boolean;
  /** Schemes without a dot that redirect URIs may have, because the operator knows their apps. */
  readonly redirectUriSchemes: readonly string[];
  /** Seconds. */
  readonly maxLifetimes: Readonly<Record<LifetimeMember, number>>;
}

export type LifetimeMember = 'access_token_lifetime' | 'id_token_lifetime' | 'refresh_token_lifetime';

/** What the rules need to know beside the client itself. */
export interface RuleContext extends PlatformRules {
  /** Whether the platform lets this organization have trusted clients. */
  readonly trusted_clients_allowed: boolean;
  /** What the configured authorization server cannot serve. Also called for settings that break other rules. */
  serverViolations(this: void, settings: ClientSettings): readonly Violation[];
}

/** A rule that relates members to each other, to the tenant or to the platform. Returns everything that breaks it. */
export type Rule = (client: ClientSettings, context: RuleContext) => readonly Violation[];

/** Thrown to a rule that reads a member whose shape is wrong: it has nothing to say. */
class ShapeIsWrong extends Error {}

/** The settings for `brokenRules`, without a value for these members: a rule that reads one of them finds nothing. */
export const withoutMembers = (settings: ClientSettings, members: readonly string[]): ClientSettings =>
  members.length === 0
    ? settings
    : new Proxy(settings, {
        get(target, member) {
          if (typeof member === 'string' && members.includes(member)) throw new ShapeIsWrong(member);
          return Reflect.get(target, member) as unknown;
        },
      });

/** What breaks the rules, in their order. */
export function brokenRules<Args extends readonly unknown[]>(
  rules: readonly ((...args: Args) => readonly Violation[])[],
  ...args: Args
): Violation[] {
  return rules.flatMap((rule) => {
    try {
      return rule(...args);
    } catch (error) {
      if (error instanceof ShapeIsWrong) return [];
      throw error;
    }
  });
}

export function violation(
  member: ClientMember,
  code: ViolationCode,
  detail: string,
  index?: number,
): Violation {
  return { pointer: pointerTo(member, index), code, detail };
}

export function violationIf(
  broken: boolean,
  member: ClientMember,
  code: ViolationCode,
  detail: string,
): Violation[] {
  return broken ? [violation(member, code, detail)] : [];
}

/** A violation for each item of a list that has a problem. @param problemOf a sentence for the owner, or null */
export function violationOfItems(
  member: ClientMember,
  code: ViolationCode,
  values: readonly string[],
  problemOf: (value: string) => string | null,
): Violation[] {
  return values.flatMap((value, index) => {
    const problem = problemOf(value);
    return problem === null ? [] : [violation(member, code, problem, index)];
  });
}

export function duplicates(member: ClientMember, values: readonly string[]): Violation[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [violation(member, 'duplicate', 'Already listed: remove it.', index)],
  );
}
