import { PreparedStatement } from '../../database/prepared-statement.js';
import type { TokenEndpointAuthMethod } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { REFUSAL_IS_DUE, USE_IS_DUE } from '../../oauth-clients/model/secret-use.js';
import { IS_LIVE } from '../../oauth-clients/model/secrets-of-client.js';
import {
  CREDENTIAL_STATE_COLUMNS,
  CREDENTIAL_STATE_LIST,
  type CredentialState,
} from '../../oauth-clients/model/server-credential.js';
import { IS_HELD } from '../../oauth-clients/model/sync-state.js';

/** What is stored of a secret, for whoever verifies one that was presented. */
export interface GateSecret {
  readonly id: string;
  /** In base64. Without either hash only Hydra knows the secret. */
  readonly hash: string | null;
  readonly scrypt: string | null;
  /** 0 or less for one that has ended, null for one that works until somebody ends it. */
  readonly seconds_left: number | null;
  /** Whether its last use was noted more than a minute ago, or never. */
  readonly is_use_due: boolean;
}

interface GateRow extends CredentialState {
  readonly client_id: string;
  readonly token_endpoint_auth_method: TokenEndpointAuthMethod;
  readonly redirect_uris: string[];
  readonly allowed_cors_origins: string[];
  /** Enabled, not held, and not deleted, nor is its project or organization. */
  readonly is_active: boolean;
  readonly is_held: boolean;
  readonly is_refusal_due: boolean;
  readonly secrets: readonly GateSecret[];
}

/** A client of this registry as the token gate sees it. */
export interface GateClient extends GateRow {
  /** When it was read, in milliseconds of the monotonic clock: what is left of a secret counts from there. */
  readonly readAt: number;
}

/**
 * Reads secrets with a slow hash even when they have ended: how long a refusal takes must not tell that they have. Finds
 * deleted clients, whose ids are never used again.
 */
const READ = new PreparedStatement<GateRow>(
  'gate_clients',
  `select c.client_id, c.token_endpoint_auth_method, c.redirect_uris, c.allowed_cors_origins, ${CREDENTIAL_STATE_LIST},
     ${IS_HELD} as is_held,
     c.enabled and coalesce(c.deleted_at, p.deleted_at, o.deleted_at) is null and not (${IS_HELD}) as is_active,
     ${REFUSAL_IS_DUE} as is_refusal_due,
     array(
       select json_build_object('id', s.id, 'hash', encode(s.hash, 'base64'), 'scrypt', encode(s.scrypt, 'base64'),
         'seconds_left', case when s.revoked_at is null then extract(epoch from s.expires_at - now()) else 0 end,
         'is_use_due', ${USE_IS_DUE})
       from oauth_client_secrets s
       where s.oauth_client_id = c.id and (${IS_LIVE} or s.scrypt is not null)
       order by s.id desc
     ) as secrets
   from oauth_clients c
   join projects p on p.id = c.project_id
   join organizations o on o.id = c.organization_id
   where c.client_id = any(:client_ids::text[])`,
  {
    client_id: 'text',
    token_endpoint_auth_method: 'text',
    redirect_uris: '_text',
    allowed_cors_origins: '_text',
    ...CREDENTIAL_STATE_COLUMNS,
    is_held: 'bool',
    is_active: 'bool',
    is_refusal_due: 'bool',
    secrets: '_json',
  },
);

export const readGateClients = READ.rows.bind(READ);

export const isLive = ({ seconds_left }: GateSecret, { readAt }: GateClient): boolean =>
  seconds_left === null || performance.now() < readAt + seconds_left * 1_000;

/** Whether Hydra alone knows it. */
export const isUnseen = ({ hash, scrypt }: GateSecret): boolean => hash === null && scrypt === null;
