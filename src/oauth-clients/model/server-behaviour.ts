import type { ClientSettings } from './members.js';

/** What an authorization server does that the owners of clients are told of: advice and the effects of a change depend on it. */
export interface ServerBehaviour {
  /** Whether it issues refresh tokens only where `offline_access` was asked for. */
  readonly refreshNeedsOfflineAccess: boolean;
  /** Whether the registry learns when a secret was used. */
  readonly noticesUses: boolean;
  /** Whether PKCE can be required of a client that has a secret. */
  readonly requiresPkceBesideSecret: boolean;
  /** Scopes that the change takes away so that refresh tokens which hold them fail as a whole: not only for the scope. */
  lostScopes(this: void, before: ClientSettings, after: ClientSettings): readonly string[];
}
