import { prefixOf } from '../../lib/scope-grammar.js';
import { assignableAudiences, type AudienceConfig } from './audience.js';
import { assignableScopes, isRegistryScope, isReservedScope, REGISTRY_SCOPES } from './scope.js';

export const ASSIGNABLE_KINDS = ['name', 'pattern'] as const;

/** What tenants may hand out: one name, or all that begin with what is before the `*` at the end. */
export interface Assignable {
  readonly value: string;
  readonly kind: (typeof ASSIGNABLE_KINDS)[number];
}

export interface AssignableScope extends Assignable {
  /** Whether a client becomes privileged with it. */
  readonly privileged: boolean;
}

/** Stands for every name. */
const ANY = '*';

/**
 * The scopes that rules would take. Those of this API are told by name even where a pattern of the operator covers them: they
 * are two, and nothing else that begins like them can be assigned.
 */
export function listAssignableScopes(patterns: readonly string[] | null): AssignableScope[] {
  const mayAssign = assignableScopes(patterns);
  const listed = (patterns ?? [ANY]).filter(
    (pattern) =>
      !isRegistryScope(pattern) && !isReservedScope(pattern) && (isPattern(pattern) || mayAssign(pattern)),
  );
  const own = REGISTRY_SCOPES.filter(mayAssign).map(
    (value) => ({ value, kind: 'name', privileged: true }) as const,
  );
  return [...namesAndPatterns(listed).map((scope) => ({ ...scope, privileged: false })), ...own];
}

/** The audiences that rules would take, and that the authorization server can serve, as `isServed` says. */
export function listAssignableAudiences(
  config: AudienceConfig,
  isServed: (audience: string) => boolean,
): Assignable[] {
  const mayAssign = assignableAudiences(config);
  const listed = config.assignableAudiences.filter(
    (pattern) => (isPattern(pattern) || mayAssign(pattern)) && isServed(exampleOf(pattern)),
  );
  return namesAndPatterns(listed);
}

const isPattern = (text: string): boolean => text === ANY || prefixOf(text) !== null;

const exampleOf = (pattern: string): string =>
  `${prefixOf(pattern) ?? pattern}${isPattern(pattern) ? 'x' : ''}`;

const namesAndPatterns = (listed: readonly string[]): Assignable[] =>
  [...new Set(listed)].map((value) => ({ value, kind: isPattern(value) ? 'pattern' : 'name' }));
