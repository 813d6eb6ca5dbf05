import { AuditEvent } from '../audit/audit-event.entity.js';
import type { Schema } from '../database/data-source.js';
import { Artifact } from '../embedded-server/artifact.entity.js';
import { Orphan } from '../hydra/standings/orphan.entity.js';
import { IdempotencyKey } from '../idempotency/idempotency-key.entity.js';
import { OAuthClientSecret } from '../oauth-clients/model/oauth-client-secret.entity.js';
import { OAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import { OrganizationMember } from '../tenants/organization-member.entity.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project } from '../tenants/project.entity.js';
import { CreateRegistry1795392000000 } from '../../migrations/1795392000000-create-registry.js';
import { CreateAuthorizationServerArtifacts1795478400000 } from '../../migrations/1795478400000-create-authorization-server-artifacts.js';
import { PrepareSync1795564800000 } from '../../migrations/1795564800000-prepare-sync.js';
import { NoteDrift1795651200000 } from '../../migrations/1795651200000-note-drift.js';
import { NoteEnds1795737600000 } from '../../migrations/1795737600000-note-ends.js';
import { KnowServerClients1795824000000 } from '../../migrations/1795824000000-know-server-clients.js';
import { ShareFairly1795910400000 } from '../../migrations/1795910400000-share-fairly.js';
import { AddClientMembers1795996800000 } from '../../migrations/1795996800000-add-client-members.js';
import { GiveSecretsALife1796169600000 } from '../../migrations/1796169600000-give-secrets-a-life.js';
import { LetClientIdsBeText1796256000000 } from '../../migrations/1796256000000-let-client-ids-be-text.js';
import { AskFirstRetrySafely1796342400000 } from '../../migrations/1796342400000-ask-first-retry-safely.js';
import { SeeWhatIsThere1796428800000 } from '../../migrations/1796428800000-see-what-is-there.js';
import { KnowTheCredentialInHydra1796515200000 } from '../../migrations/1796515200000-know-the-credential-in-hydra.js';
import { LetWritersPassEachOther1796601600000 } from '../../migrations/1796601600000-let-writers-pass-each-other.js';

/** In the order they run. A test compares this list with the folder. */
export const MIGRATIONS = [
  CreateRegistry1795392000000,
  CreateAuthorizationServerArtifacts1795478400000,
  PrepareSync1795564800000,
  NoteDrift1795651200000,
  NoteEnds1795737600000,
  KnowServerClients1795824000000,
  ShareFairly1795910400000,
  AddClientMembers1795996800000,
  GiveSecretsALife1796169600000,
  LetClientIdsBeText1796256000000,
  AskFirstRetrySafely1796342400000,
  SeeWhatIsThere1796428800000,
  KnowTheCredentialInHydra1796515200000,
  LetWritersPassEachOther1796601600000,
];

/** Every table of the service. A test compares it with what the migrations make. */
export const SCHEMA: Schema = {
  entities: [
    Organization,
    Project,
    OrganizationMember,
    OAuthClient,
    OAuthClientSecret,
    AuditEvent,
    Artifact,
    Orphan,
    IdempotencyKey,
  ],
  migrations: MIGRATIONS,
};
