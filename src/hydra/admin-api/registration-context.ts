import type pg from 'pg';
import type { Config } from '../../config/config.js';
import { grantableAudiences, type GrantableAudiences } from '../../oauth-clients/model/audience.js';
import { assignableScopes } from '../../oauth-clients/model/scope.js';

/** What goes into the registration of every client of this registry. Also the injection token for it. */
export class RegistrationContext {
  constructor(
    /** Tells this registry's clients from all others in Hydra. Drawn when the database was made. */
    readonly registryId: string,
    /** This API's own audience. */
    readonly audience: string,
    /** Whether a scope may still be given to clients: a registered one that no longer may is not granted. */
    readonly mayAssign: (scope: string) => boolean,
    /** Whom tokens of a client may be for. */
    readonly audiencesOf: GrantableAudiences,
  ) {}

  static readonly read = async (config: Config, pool: pg.Pool): Promise<RegistrationContext> => {
    const { rows } = await pool.query<{ id: string }>('select id from registry_identity');
    if (!rows[0]) throw new Error('the table registry_identity is empty');
    const mayAssign = assignableScopes(config.assignableScopes);
    return new RegistrationContext(rows[0].id, config.audience, mayAssign, grantableAudiences(config));
  };
}
