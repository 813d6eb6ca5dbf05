import type pg from 'pg';
import { DataSource } from 'typeorm';
import { AuditEvent } from '../audit/audit-event.entity.js';
import { Artifact } from '../embedded-server/artifact.entity.js';
import { OAuthClientSecret } from '../oauth-clients/model/oauth-client-secret.entity.js';
import { OAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import { OrganizationMember } from '../tenants/organization-member.entity.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project } from '../tenants/project.entity.js';
import { MIGRATIONS } from './migrations.js';
import { CONNECT_TIMEOUT_MS, QUERY_TIMEOUT_MS } from '../database/timeouts.js';

/** Connections per process; the benchmark's floor uses as many. */
export const POOL_SIZE = 10;

/** @param queryTimeout milliseconds; 0 for none, as migrations need */
export function createDataSource(url: string, queryTimeout = QUERY_TIMEOUT_MS): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: [
      Organization,
      Project,
      OrganizationMember,
      OAuthClient,
      OAuthClientSecret,
      AuditEvent,
      Artifact,
    ],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'all',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    applicationName: 'oauth-client-registry',
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { query_timeout: queryTimeout, keepAlive: true, onConnect: surviveLoss },
  });
}

/** Between its queries nobody listens to a borrowed connection: that it is lost fails the next one, not the process. */
function surviveLoss(client: pg.Client): void {
  client.on('error', () => undefined);
}
