import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import {
  LIVE_SECRETS_COLUMNS,
  LIVE_SECRETS_LIST,
  type ObservedClient,
} from '../oauth-clients/model/live-secrets.js';
import { OAuthClient, type LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import { Problem } from '../problem-details/problem.js';
import type { Access, AccessRequest } from './access.js';
import { demandScope } from './demand-scope.js';
import { FirstPartyClients } from './first-party-clients.js';
import { TENANT_PERMISSIONS } from './permission.js';
import { TOKEN_COUNTS } from './token-client.js';
import { TokenScopes } from './token-scopes.js';
import { isAtLeast, type Role } from '../tenants/role.js';
import type { Tenant } from '../tenants/tenant.js';

/**
 * What one query finds about a caller and a project. There is no row when the project does not exist, or the caller is
 * neither a member of its organization nor a client of it.
 */
interface AccessRow extends ObservedClient {
  readonly access_role: Role | null;
  /** Whether the token's client is a live, enabled client of this very project. */
  readonly access_token_client: boolean;
  /** Whether that client has the scope in question; null where there is none. */
  readonly access_client_scope: boolean | null;
  readonly access_trusted_clients_allowed: boolean;
}

const CLIENT_COLUMNS = columnsOf<LoadedOAuthClient>(OAuthClient);

/**
 * The caller is looked up first, and the project only for a caller that was found: so an outsider's 404 takes the same
 * time whether the project exists or not. `offset 0` keeps PostgreSQL from joining in another order.
 */
const ACCESS = new PreparedStatement<AccessRow>(
  'access',
  `select caller.role as access_role, caller.is_client as access_token_client,
         caller.has_scope as access_client_scope, o.trusted_clients_allowed as access_trusted_clients_allowed,
         ${selectList(CLIENT_COLUMNS, 'c')}, ${LIVE_SECRETS_LIST}
  from (
    select m.role, t.id is not null as is_client, :scope = any(t.scopes) as has_scope
    from (values (:organization_id::uuid)) as path (organization_id)
    left join organization_members m on m.organization_id = path.organization_id and m.subject = :subject
    left join oauth_clients t
      on t.client_id = :token_client_id and t.project_id = :project_id and ${TOKEN_COUNTS}
    where m.role is not null or t.id is not null
    offset 0
  ) as caller
  join projects p on p.id = :project_id and p.organization_id = :organization_id and p.deleted_at is null
  join organizations o on o.id = p.organization_id and o.deleted_at is null
  left join oauth_clients c on c.id = :oauth_client_id and c.project_id = p.id and c.deleted_at is null`,
  {
    ...CLIENT_COLUMNS,
    ...LIVE_SECRETS_COLUMNS,
    access_role: 'text',
    access_token_client: 'bool',
    access_client_scope: 'bool',
    access_trusted_clients_allowed: 'bool',
  },
);

/**
 * Decides whether a caller may do something in a project, from what the database says now: a removed member or a disabled
 * client is out at once.
 */
@Injectable()
export class AccessCheck {
  constructor(
    private readonly pool: pg.Pool,
    private readonly firstPartyClients: FirstPartyClients,
    private readonly tokenScopes: TokenScopes,
  ) {}

  /**
   * @throws Problem 404 for all that the caller may not see; 403 for a caller who sees the project and lacks a scope or a
   * right
   */
  async check(request: AccessRequest): Promise<Access> {
    const row = await this.read(request);
    if (!row || !this.sees(request.actor, row)) throw Problem.notFound();
    this.refuseWithoutScope(request, row);
    refuseUnlessAllowed(request, row);
    const client = row.id === null ? null : row;
    if (request.oauthClientId !== null && client === null) throw Problem.notFound();
    return {
      request,
      tenant: { organizationId: request.organizationId, projectId: request.projectId } as Tenant,
      role: request.actor.kind === 'machine' ? null : row.access_role,
      trusted_clients_allowed: row.access_trusted_clients_allowed,
      client,
    };
  }

  private read(request: AccessRequest): Promise<AccessRow | undefined> {
    const { actor, permission, organizationId, projectId, oauthClientId } = request;
    return ACCESS.row(this.pool, {
      organization_id: organizationId,
      project_id: projectId,
      subject: actor.subject,
      token_client_id: this.tokenScopes.clientOf(actor),
      is_machine: actor.kind === 'machine',
      issued_at: actor.issuedAt,
      scope: TENANT_PERMISSIONS[permission].scope,
      oauth_client_id: oauthClientId,
    });
  }

  private refuseWithoutScope({ actor, permission }: AccessRequest, row: AccessRow): void {
    const { scope } = TENANT_PERMISSIONS[permission];
    demandScope(actor, scope);
    this.tokenScopes.demandOfClient(scope, row.access_client_scope);
  }

  /** A token issued to a client acts only in that client's own project, unless it is good everywhere. */
  private sees(actor: Actor, { access_role, access_token_client }: AccessRow): boolean {
    if (actor.kind === 'machine') return access_token_client;
    return access_role !== null && (access_token_client || this.firstPartyClients.areGoodEverywhere(actor));
  }
}

function refuseUnlessAllowed({ actor, permission }: AccessRequest, { access_role }: AccessRow): void {
  const { role, machines } = TENANT_PERMISSIONS[permission];
  if (actor.kind === 'machine') {
    if (!machines)
      throw new Problem('forbidden', "Only people may do this, not machines: send a person's token.");
  } else if (access_role === null || !isAtLeast(access_role, role)) {
    throw new Problem(
      'forbidden',
      `This needs the role ${role}; yours is ${access_role ?? 'none'}. Ask an admin of the organization.`,
    );
  }
}
