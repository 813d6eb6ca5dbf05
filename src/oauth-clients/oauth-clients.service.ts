import { Injectable } from '@nestjs/common';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { AccessCheck } from '../access/access-check.js';
import type { Access } from '../access/access.js';
import { readPage, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { createClientSecret } from './model/client-secret.js';
import type { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { changedFixedMembers } from './dto/read-back.js';
import type { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { refuseUnlessMet, type Preconditions } from './preconditions.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { settingsOf } from './model/client-settings.js';
import { changedClient, newClient } from './model/judge.js';
import { platformRules } from './model/platform-rules.js';
import type { PlatformRules, RuleContext } from './model/rule.js';
import { toRepresentation } from './oauth-client.mapper.js';
import { OAuthClientStore, type Change } from './oauth-client.store.js';

/** A client, and its secret in clear if this very call made it. */
export interface ClientWithSecret {
  readonly client: LoadedOAuthClient;
  readonly secret: string | null;
}

/** Decides the next state of a client from the one that was read: to be deleted, or null when nothing is to change. */
type Decision = (client: LoadedOAuthClient, access: Access) => Change | 'delete' | null;

/** Each lost race means that another write was done, so this many in a row need as many other writers. */
const MAX_ATTEMPTS = 50;

/** What may be done with a project's clients, by whom, under which rules. */
@Injectable()
export class OAuthClientsService {
  private readonly platformRules: PlatformRules;
  private readonly maxClients: number;

  constructor(
    private readonly store: OAuthClientStore,
    private readonly accessCheck: AccessCheck,
    private readonly authorizationServer: AuthorizationServer,
    config: Config,
  ) {
    this.platformRules = platformRules(config);
    this.maxClients = config.maxClientsPerProject;
  }

  async create(access: Access, dto: CreateOAuthClientDto): Promise<ClientWithSecret> {
    const { settings, violations } = newClient(dto, this.rulesFor(access));
    demandAdminIfPrivileged(access, settings);
    refuseAny(violations);
    const secret = settings.token_endpoint_auth_method === 'none' ? null : createClientSecret();
    const change: Change = {
      action: 'oauth_client.created',
      changes: changesBetween(null, settings),
      settings,
      secret,
    };
    const client = await this.store.create(access.tenant, access.request, change, this.maxClients);
    if (!client) throw await this.whyNotCreated(access);
    return { client, secret: secret?.secret ?? null };
  }

  list({ tenant }: Access, query: PageQuery): Promise<Page<LoadedOAuthClient>> {
    return readPage(tenant.projectId, query, (before, limit) => this.store.page(tenant, before, limit));
  }

  update(access: Access, dto: UpdateOAuthClientDto, preconditions: Preconditions): Promise<ClientWithSecret> {
    return this.write(access, preconditions, (stored, current) => {
      const { settings, violations } = changedClient(stored, dto, this.rulesFor(current));
      demandAdminIfPrivileged(current, stored, settings);
      refuseAny([...changedFixedMembers(toRepresentation(stored), dto), ...violations]);
      const changes = changesBetween(settingsOf(stored), settings);
      if (Object.keys(changes).length === 0) return null;
      const wasPublic = stored.token_endpoint_auth_method === 'none';
      const isPublic = settings.token_endpoint_auth_method === 'none';
      return {
        action: 'oauth_client.updated',
        changes,
        settings,
        revokeSecrets: isPublic && !wasPublic,
        secret: wasPublic && !isPublic ? createClientSecret() : null,
      };
    });
  }

  /** A new secret; every older one ends. */
  rotateSecret(access: Access, preconditions: Preconditions): Promise<ClientWithSecret> {
    return this.write(access, preconditions, (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      if (stored.token_endpoint_auth_method === 'none') {
        throw new Problem('conflict', 'A public client (token_endpoint_auth_method: none) has no secret.');
      }
      return {
        action: 'oauth_client.secret_rotated',
        changes: {},
        settings: stored,
        revokeSecrets: true,
        secret: createClientSecret(),
      };
    });
  }

  async delete(access: Access, preconditions: Preconditions): Promise<void> {
    await this.write(access, preconditions, (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      return 'delete';
    });
  }

  /**
   * Decides on what was read and writes over exactly that revision. Whoever loses the race reads again, and with it whether
   * the caller still may, and decides anew: nothing is locked while the rules run.
   */
  private async write(
    read: Access,
    preconditions: Preconditions,
    decide: Decision,
  ): Promise<ClientWithSecret> {
    let access = read;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = clientOf(access);
      refuseUnlessMet(preconditions, stored);
      const change = decide(stored, access);
      if (change === null) return { client: stored, secret: null };
      const written = await this.apply(access, stored, change);
      if (written) return written;
      access = await this.accessCheck.check(access.request);
    }
    throw new Problem('conflict', 'Too many others are changing this client right now. Try again.');
  }

  /** Null when another write was first. */
  private async apply(
    { tenant, request }: Access,
    stored: LoadedOAuthClient,
    change: Change | 'delete',
  ): Promise<ClientWithSecret | null> {
    const isDeletion = change === 'delete';
    const client = isDeletion
      ? await this.store.delete(tenant, request, stored)
      : await this.store.change(tenant, request, stored, change);
    return client && { client, secret: isDeletion ? null : (change.secret?.secret ?? null) };
  }

  /** Throws 404 when the project is gone, as for every other call. */
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
      serverRefusals: (settings) => this.authorizationServer.refusals(settings),
    };
  }
}

export function clientOf({ client }: Access): LoadedOAuthClient {
  if (client === null) throw new Error('the path of this route names no client');
  return client;
}

function refuseAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw Problem.validationFailed(violations);
}
