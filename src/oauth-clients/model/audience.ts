import type { ClientSettings } from './members.js';
import { isRegistryScope, matcherOf } from './scope.js';

/** What the platform's configuration says of audiences. */
export interface AudienceConfig {
  /** This API's own audience. */
  readonly audience: string;
  readonly publicUrl: string;
  /** Exact ones, or prefixes that end in `:*`, `.*` or `/*`. */
  readonly assignableAudiences: readonly string[];
}

/**
 * Tells which audiences tenants may hand out. Never this API's own, by whichever of its names: it comes with a scope of this
 * API (`oauth_clients:*`), and with nothing else.
 */
export function assignableAudiences(config: AudienceConfig): (audience: string) => boolean {
  const isListed = matcherOf(config.assignableAudiences);
  return (audience) => audience !== config.audience && audience !== config.publicUrl && isListed(audience);
}

/** For whom a client may get tokens: what it lists and the platform still lets tenants hand out. */
export type GrantableAudiences = (client: Pick<ClientSettings, 'audiences' | 'scopes'>) => string[];

/** Beside what it lists, a client with a scope of this API may have tokens for this API. */
export function grantableAudiences(config: AudienceConfig): GrantableAudiences {
  const mayAssign = assignableAudiences(config);
  return ({ audiences, scopes }) => [
    ...audiences.filter(mayAssign),
    ...(scopes.some(isRegistryScope) ? [config.audience] : []),
  ];
}
