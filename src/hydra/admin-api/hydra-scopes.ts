import type { ClientSettings } from '../../oauth-clients/model/members.js';
import type { GrantType } from '../../oauth-clients/model/oauth-client.vocabulary.js';

type ScopeSettings = Pick<ClientSettings, 'scopes' | 'grant_types'>;

/** Hydra takes an empty scope for "the default scopes", so a client without any has one that nothing honours. */
export const NO_SCOPE = 'registry:none';

/** Scopes without which Hydra would not serve a grant that the client has. */
const IMPLIED_SCOPES: Partial<Record<GrantType, string>> = {
  refresh_token: 'offline_access',
  implicit: 'openid',
};

/** The scopes that a client may have in Hydra now: those that it lists and that are still assignable, and the implied ones. */
export const grantableScopes = (client: ScopeSettings, mayAssign: (scope: string) => boolean): string[] => [
  ...client.scopes.filter(mayAssign),
  ...addedScopes(client),
];

/** The implied ones that the client does not list. */
export const addedScopes = ({ scopes, grant_types }: ScopeSettings): string[] =>
  grant_types.flatMap((grant) => IMPLIED_SCOPES[grant] ?? []).filter((scope) => !scopes.includes(scope));
