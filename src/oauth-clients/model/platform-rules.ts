import { assignableAudiences, type AudienceConfig } from './audience.js';
import type { PlatformRules } from './rule.js';
import { assignableScopes } from './scope.js';

/** What of the platform's configuration the rules go by. */
export interface RuleConfig extends AudienceConfig {
  readonly assignableScopes: readonly string[] | null;
  /** Schemes without a dot that redirect URIs may have. */
  readonly redirectUriSchemes: readonly string[];
  /** Seconds, of ID tokens too. */
  readonly maxAccessTokenLifetime: number;
  /** Seconds. */
  readonly maxRefreshTokenLifetime: number;
}

export const platformRules = (config: RuleConfig): PlatformRules => ({
  mayAssign: assignableScopes(config.assignableScopes),
  mayAssignAudience: assignableAudiences(config),
  redirectUriSchemes: config.redirectUriSchemes,
  maxLifetimes: {
    access_token_lifetime: config.maxAccessTokenLifetime,
    id_token_lifetime: config.maxAccessTokenLifetime,
    refresh_token_lifetime: config.maxRefreshTokenLifetime,
  },
});
