import type { PlatformRules } from '../../../src/oauth-clients/model/rule.js';

/** A platform that lets tenants hand out everything it can, for a day and for a month. */
export const PLATFORM_RULES: PlatformRules = {
  mayAssign: () => true,
  mayAssignAudience: () => true,
  redirectUriSchemes: [],
  maxLifetimes: {
    access_token_lifetime: 86_400,
    id_token_lifetime: 86_400,
    refresh_token_lifetime: 2_592_000,
  },
};
