import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body } from '../../support/registry.js';
import type { Action, Operation } from '../history.js';

/** What the owner of a client decides, as the API shows it. */
export type Members = Pick<
  OAuthClientDto,
  | 'name'
  | 'description'
  | 'redirect_uris'
  | 'grant_types'
  | 'scopes'
  | 'trusted'
  | 'enabled'
  | 'token_endpoint_auth_method'
  | 'pkce_required'
  | 'pkce_challenge_method'
  | 'audiences'
  | 'post_logout_redirect_uris'
  | 'allowed_cors_origins'
  | 'client_uri'
  | 'logo_uri'
  | 'policy_uri'
  | 'tos_uri'
  | 'contacts'
  | 'access_token_lifetime'
  | 'id_token_lifetime'
  | 'refresh_token_lifetime'
>;

/** A client after one of its revisions. */
export interface State {
  readonly members: Members;
  readonly isDeleted: boolean;
  /** The operation whose answer had the secret; null for a client without one. */
  readonly secretFrom: Operation | null;
}

const NEW: Members = {
  name: '',
  description: null,
  redirect_uris: [],
  grant_types: [],
  scopes: [],
  trusted: false,
  enabled: true,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_required: false,
  pkce_challenge_method: null,
  audiences: [],
  post_logout_redirect_uris: [],
  allowed_cors_origins: [],
  client_uri: null,
  logo_uri: null,
  policy_uri: null,
  tos_uri: null,
  contacts: [],
  access_token_lifetime: null,
  id_token_lifetime: null,
  refresh_token_lifetime: null,
};

/** With Hydra a client has one secret at a time. */
const ENDS_SECRET: ReadonlySet<Action> = new Set(['endSecret', 'delete']);

/** What an operation makes of a client, by the words of the API. @param before null for one that is created */
export function stateAfter(before: State | null, operation: Operation): State {
  const old = before?.members ?? NEW;
  const members = merged(old, operation.body, before !== null);
  const isPublic = members.token_endpoint_auth_method === 'none';
  const makesSecret =
    operation.action === 'rotate' || before === null || old.token_endpoint_auth_method === 'none';
  const kept = makesSecret ? operation : before.secretFrom;
  return {
    members,
    isDeleted: operation.action === 'delete',
    secretFrom: isPublic || ENDS_SECRET.has(operation.action) ? null : kept,
  };
}

/** A client that has no secret from now on gets PKCE where it applies. */
function merged(old: Members, sent: Body, existed: boolean): Members {
  const members = { ...old, ...cleared(sent) } as Members;
  const givesUpSecret =
    members.token_endpoint_auth_method === 'none' && !(existed && old.token_endpoint_auth_method === 'none');
  const isTurnedOn = givesUpSecret && members.grant_types.includes('authorization_code');
  const pkce_required = 'pkce_required' in sent ? members.pkce_required : members.pkce_required || isTurnedOn;
  return { ...members, pkce_required, pkce_challenge_method: pkce_required ? 'S256' : null };
}

const cleared = (sent: Body): Body =>
  Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [name, value === '' || value === 0 ? null : value]),
  );

export function membersOf(shown: Members): Members {
  const names = Object.keys(NEW) as (keyof Members)[];
  return Object.fromEntries(names.map((name) => [name, shown[name]])) as Members;
}
