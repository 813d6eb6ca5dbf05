import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import type { AdvisedClient } from './advice/advice-kind.js';
import { adviceFor, type Advice } from './advice/advice.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import type { ObservedClient } from './model/live-secrets.js';
import { platformRules } from './model/platform-rules.js';
import type { PlatformRules } from './model/rule.js';
import { toRepresentation } from './oauth-client.mapper.js';
import { entityTag, type TaggedState } from './preconditions.js';

/** What advice depends on beside the client, as access has it: the permission of the organization. */
export type Advised = Pick<Access, 'trusted_clients_allowed'>;

/** A client as it is shown to whoever may see it. */
@Injectable()
export class Representations {
  private readonly rules: PlatformRules;

  constructor(
    private readonly authorizationServer: AuthorizationServer,
    config: Config,
  ) {
    this.rules = platformRules(config);
  }

  /** The representation of the client, without a secret. */
  of(access: Advised, client: ObservedClient): OAuthClientDto {
    return toRepresentation(client, this.adviceFor(access, client));
  }

  entityTagOf(access: Advised, client: ObservedClient): string {
    return entityTag(client.revision, JSON.stringify(this.of(access, client)));
  }

  /** The state of the client that preconditions are compared with. */
  stateOf(access: Advised, client: ObservedClient): TaggedState {
    return { revision: client.revision, entityTag: () => this.entityTagOf(access, client) };
  }

  adviceFor({ trusted_clients_allowed }: Advised, client: AdvisedClient): readonly Advice[] {
    const { mayAssign, mayAssignAudience } = this.rules;
    const { behaviour: server } = this.authorizationServer;
    return adviceFor(client, {
      mayAssign,
      mayAssignAudience,
      trusted_clients_allowed,
      server,
      now: Date.now(),
    });
  }
}
