import { prefixOf } from '../../lib/scope-grammar.js';

/** The scopes of this API that a client may be given: with one of them it is a privileged client. */
export const REGISTRY_SCOPES: readonly string[] = ['oauth_clients:read', 'oauth_clients:write'];

const REGISTRY_PREFIX = 'oauth_clients:';
/** The scopes of the platform alone, whatever the configuration says. */
const RESERVED_PREFIX = 'registry:';

/** Whether the scope gives rights in this registry (`oauth_clients:*`). */
export const isRegistryScope = (scope: string): boolean => scope.startsWith(REGISTRY_PREFIX);

/**
 * Tells which scopes tenants may hand out. A pattern is an exact scope, or a prefix that ends in `:*`, `.*` or `/*`; null
 * stands for every scope without `*`. `registry:*` and unknown `oauth_clients:*` are never assignable.
 */
export function assignableScopes(patterns: readonly string[] | null): (scope: string) => boolean {
  const isListed = patterns === null ? isWithoutWildcard : matcherOf(patterns);
  return (scope) => !isReservedScope(scope) && isListed(scope);
}

/** Whether no client can hold the scope, whatever the operator lists. */
export const isReservedScope = (scope: string): boolean =>
  scope.startsWith(RESERVED_PREFIX) || (isRegistryScope(scope) && !REGISTRY_SCOPES.includes(scope));

/** Servers may take a `*` for a pattern, so only the operator can put one into a name. */
const isWithoutWildcard = (name: string): boolean => !name.includes('*');

/** Whether a name is one of the patterns, or longer than the prefix of one and begins with it. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const names = new Set(patterns.filter((pattern) => prefixOf(pattern) === null));
  const prefixes = patterns.map(prefixOf).filter((prefix) => prefix !== null);
  const extendsPrefix = (name: string): boolean =>
    prefixes.some((prefix) => name.length > prefix.length && name.startsWith(prefix));
  return (name) => names.has(name) || (isWithoutWildcard(name) && extendsPrefix(name));
}
