import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Access } from '../access/access.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { AuditChanges } from '../audit/audit-event.entity.js';
import type { AdvisedClient } from './advice/advice-kind.js';
import type { Change, ChangedSecret, ClientWithSecret, ClientWrites, SecretChange } from './client-writes.js';
import type { DryRunDto } from './dto/dry-run.dto.js';
import { effectsOf, type ForeseenWrite } from './effects.js';
import { secretsAfter, type ObservedClient } from './model/live-secrets.js';
import { platformRules } from './model/platform-rules.js';
import { Representations } from './representations.js';

const HAS_ROOM = new PreparedStatement<{ has_room: boolean }>(
  'project_has_room',
  `select live_oauth_clients(p.id) < :max_clients::bigint as has_room from projects p
   where p.id = :project_id and p.deleted_at is null`,
  { has_room: 'bool' },
);

const NOTHING_ENDS = { count: 0, seconds: 0 };

/** Answers a dry run: tells what a write that is allowed and decided would do, and does nothing. */
@Injectable()
export class DryRun implements ClientWrites<DryRunDto> {
  private readonly mayAssign: (scope: string) => boolean;

  constructor(
    private readonly pool: pg.Pool,
    private readonly authorizationServer: AuthorizationServer,
    private readonly representations: Representations,
    config: Config,
  ) {
    this.mayAssign = platformRules(config).mayAssign;
  }

  async create(access: Access, change: Change, maxClients: number): Promise<DryRunDto | null> {
    const { projectId } = access.tenant;
    const row = await HAS_ROOM.row(this.pool, { project_id: projectId, max_clients: maxClients });
    return row?.has_room === true ? this.tell(access, null, change) : null;
  }

  change(access: Access, stored: ObservedClient, change: Change): Promise<DryRunDto> {
    return Promise.resolve(this.tell(access, stored, change));
  }

  delete(access: Access, stored: ObservedClient): Promise<DryRunDto> {
    const endingSecrets = { count: stored.live_secrets?.length ?? 0, seconds: 0 };
    const write = { before: stored, after: null, makesSecret: false, endingSecrets, endsTokens: true };
    return Promise.resolve(this.answer(access, {}, write, null));
  }

  changeSecret(
    access: Access,
    stored: ObservedClient,
    secret: ChangedSecret,
    next: SecretChange,
  ): Promise<DryRunDto> {
    const { revoked, expires_in_seconds: seconds } = next;
    const ends = secret.isLive && (revoked || seconds !== null);
    const write = {
      before: stored,
      after: stored,
      makesSecret: false,
      endingSecrets: ends ? { count: 1, seconds: revoked ? 0 : (seconds ?? 0) } : NOTHING_ENDS,
      endsTokens: false,
    };
    const live_secrets = revoked
      ? (stored.live_secrets ?? []).filter(([id]) => id !== secret.id)
      : stored.live_secrets;
    const changes = { ...next.changes, ...changeOfExpiry(secret, next) };
    return Promise.resolve(this.answer(access, changes, write, { ...stored, live_secrets }));
  }

  nothing(access: Access, { client }: ClientWithSecret): DryRunDto {
    const advice = [...this.representations.adviceFor(access, client)];
    return { dry_run: true, changes: {}, effects: [], advice };
  }

  private tell(access: Access, before: ObservedClient | null, change: Change): DryRunDto {
    const { settings, changes, secret = null, overlap_seconds: seconds = null, end_tokens = false } = change;
    const isPublic = settings.token_endpoint_auth_method === 'none';
    const live_secrets = isPublic ? null : secretsAfter(before?.live_secrets ?? null, change);
    const count = before?.live_secrets?.length ?? 0;
    const write = {
      before,
      after: settings,
      makesSecret: secret !== null,
      endingSecrets: seconds === null ? NOTHING_ENDS : { count, seconds },
      endsTokens: end_tokens,
    };
    return this.answer(access, changes, write, { ...(before ?? newClient()), ...settings, live_secrets });
  }

  private answer(
    access: Access,
    changes: AuditChanges,
    write: ForeseenWrite,
    after: AdvisedClient | null,
  ): DryRunDto {
    const effects = effectsOf(write, {
      trusted_clients_allowed: access.trusted_clients_allowed,
      server: this.authorizationServer.behaviour,
      isTold: !this.authorizationServer.appliesOnCommit,
      mayAssign: this.mayAssign,
    });
    const advice = after === null ? [] : [...this.representations.adviceFor(access, after)];
    return { dry_run: true, changes, effects, advice };
  }
}

const newClient = () => ({ created: new Date(), last_used_at: null, last_refused_at: null });

/** As the audit event would tell it (`CHANGE_OF_EXPIRY`). */
function changeOfExpiry({ expires_at, read_at }: ChangedSecret, next: SecretChange): AuditChanges {
  if (next.expires_in_seconds === null) return {};
  const to = new Date(read_at.getTime() + next.expires_in_seconds * 1000);
  const earlier = expires_at !== null && expires_at < to ? expires_at : to;
  return { expires_at: { from: expires_at?.toISOString() ?? null, to: earlier.toISOString() } };
}
