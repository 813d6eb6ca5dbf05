import { Injectable } from '@nestjs/common';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { AccessCheck } from '../access/access-check.js';
import type { Access } from '../access/access.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { faultsOf } from '../validation/shape-faults.js';
import { newSecret } from './model/client-secret.js';
import type { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { changedFixedMembers } from './dto/read-back.js';
import type { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { GuardedWrites } from './guarded-writes.js';
import type { Change, ClientWrites } from './client-writes.js';
import type { Preconditions } from './preconditions.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';
import { settingsOf } from './model/client-settings.js';
import { changedClient, newClient } from './model/judged-client.js';
import { platformRules } from './model/platform-rules.js';
import type { PlatformRules, RuleContext } from './model/rule.js';
import { Replays } from './replays.js';

/** What may be done with a project's clients, by whom, under which rules. */
@Injectable()
export class OAuthClientsService {
  private readonly platformRules: PlatformRules;
  private readonly maxClients: number;

  constructor(
    private readonly guarded: GuardedWrites,
    private readonly replays: Replays,
    private readonly accessCheck: AccessCheck,
    private readonly authorizationServer: AuthorizationServer,
    config: Config,
  ) {
    this.platformRules = platformRules(config);
    this.maxClients = config.maxClientsPerProject;
  }

  /**
   * Creates a client, or finds the one that the same call has created before.
   *
   * @param call null unless the caller may repeat it (`Idempotency-Key`)
   * @throws Problem 403 for a privileged client unless the caller is an admin, 404 when the project is gone, 409 when it is
   * full or the secret of the first answer can no longer be shown, 422 for violations and another call's key
   */
  async create<Result>(
    access: Access,
    dto: CreateOAuthClientDto,
    call: IdempotentCall | null,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    const earlier = await this.replays.find(access, call);
    if (earlier) return writes.nothing(access, earlier);
    const { settings, violations } = newClient(dto, this.rulesFor(access), faultsOf(dto));
    demandAdminIfPrivileged(access, settings);
    refuseAny(violations);
    const secret = settings.token_endpoint_auth_method === 'none' ? null : newSecret();
    const change: Change = {
      action: 'oauth_client.created',
      changes: changesBetween(null, settings),
      settings,
      secret,
      call,
    };
    const created = await writes.create(access, change, this.maxClients);
    if (created !== null) return created;
    const twin = await this.replays.find(access, call);
    if (twin) return writes.nothing(access, twin);
    throw await this.whyNotCreated(access);
  }

  /**
   * @throws Problem 403 for a client that is or becomes privileged unless the caller is an admin, 412 for preconditions,
   * 422 for violations
   */
  update<Result>(
    access: Access,
    dto: UpdateOAuthClientDto,
    preconditions: Preconditions,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    return this.guarded.run(access, preconditions, async (stored, current) => {
      const { settings, violations } = changedClient(stored, dto, this.rulesFor(current), faultsOf(dto));
      demandAdminIfPrivileged(current, stored, settings);
      refuseAny([...changedFixedMembers(stored, dto), ...violations]);
      const changes = changesBetween(settingsOf(stored), settings);
      if (Object.keys(changes).length === 0) return writes.nothing(current, { client: stored, secret: null });
      const wasPublic = stored.token_endpoint_auth_method === 'none';
      const isPublic = settings.token_endpoint_auth_method === 'none';
      return writes.change(current, stored, {
        action: 'oauth_client.updated',
        changes,
        settings,
        overlap_seconds: isPublic && !wasPublic ? 0 : null,
        secret: wasPublic && !isPublic ? newSecret() : null,
      });
    });
  }

  /**
   * Ends what the client was issued so far: grants, refresh tokens and codes.
   *
   * @throws Problem 403 for a privileged client unless the caller is an admin, 412 for preconditions, 422 where the
   * authorization server cannot end tokens
   */
  endTokens<Result>(
    access: Access,
    preconditions: Preconditions,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    return this.guarded.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      if (!this.authorizationServer.endsTokens) {
        throw new Problem(
          'tokens_end_not_served',
          'Hydra does not end refresh tokens and codes without the token hook. Ask the operator to connect it ' +
            '(HOOK_SECRET), or delete the client, which ends all of them.',
        );
      }
      return writes.change(current, stored, {
        action: 'oauth_client.tokens_ended',
        changes: {},
        settings: stored,
        end_tokens: true,
      });
    });
  }

  /** @throws Problem 403 for a privileged client unless the caller is an admin, 412 for preconditions */
  delete<Result>(
    access: Access,
    preconditions: Preconditions,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    return this.guarded.run(access, preconditions, (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      return writes.delete(current, stored);
    });
  }

  /** The project is full. @throws Problem 404 when it is gone, as for every other call */
  private async whyNotCreated({ request }: Access): Promise<Problem> {
    await this.accessCheck.check(request);
    return new Problem(
      'client_quota_reached',
      `The project has ${this.maxClients} OAuth clients, and may have no more. Delete those that nobody needs, or ask the ` +
        'operator for more (MAX_CLIENTS_PER_PROJECT).',
    );
  }

  private rulesFor({ trusted_clients_allowed }: Access): RuleContext {
    return {
      ...this.platformRules,
      trusted_clients_allowed,
      serverViolations: (settings) => this.authorizationServer.violations(settings),
    };
  }
}

/** @throws Problem 422 with the violations, if there are any */
export function refuseAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw Problem.validationFailed(violations);
}
