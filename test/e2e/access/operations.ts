import { randomUUID } from 'node:crypto';
import { MACHINE_CLIENT, WEB_CLIENT, type Body } from '../../support/registry.js';

/** What stands in the path of a request. */
export interface Place {
  readonly org_id: string;
  readonly project_id: string;
  readonly oauth_client_id: string;
  /** Nobody's unless given. */
  readonly secret_id?: string;
  readonly subject: string;
}

/** One call of the API, with a body that is fine. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly permission: string;
  readonly body?: Body;
}

const ORGANIZATION = '/v1/organizations/:org_id';
const PROJECT = `${ORGANIZATION}/projects/:project_id`;
const CLIENTS = `${PROJECT}/oauth-clients`;
const CLIENT = `${CLIENTS}/:oauth_client_id`;
const SECRETS = `${CLIENT}/secrets`;
const SECRET = `${SECRETS}/:secret_id`;
const MEMBER = `${ORGANIZATION}/members/:subject`;

function operation(route: string, permission: string, body?: Body): Operation {
  const [method = '', path = ''] = route.split(' ');
  return { method, path, permission, body };
}

/** What is done with a project's clients, in the order of the tables: deletion last, so that there is something to try on. */
export const CLIENT_OPERATIONS = {
  list: operation(`GET ${CLIENTS}`, 'oauth_clients:read'),
  create: operation(`POST ${CLIENTS}`, 'oauth_clients:write', WEB_CLIENT),
  read: operation(`GET ${CLIENT}`, 'oauth_clients:read'),
  update: operation(`PATCH ${CLIENT}`, 'oauth_clients:write', { name: 'Changed' }),
  rotate: operation(`POST ${SECRETS}`, 'oauth_clients:write'),
  delete: operation(`DELETE ${CLIENT}`, 'oauth_clients:delete'),
};

/** What is done with a client's secrets beside making one, and with its tokens; the end of the secret last. */
export const SECRET_OPERATIONS = {
  listSecrets: operation(`GET ${SECRETS}`, 'oauth_clients:read'),
  updateSecret: operation(`PATCH ${SECRET}`, 'oauth_clients:write', { name: 'Changed' }),
  endTokens: operation(`DELETE ${CLIENT}/tokens`, 'oauth_clients:write'),
  endSecret: operation(`DELETE ${SECRET}`, 'oauth_clients:write'),
};

export const MEMBERSHIP_OPERATIONS = {
  organizations: operation('GET /v1/organizations', 'memberships:read'),
  projects: operation(`GET ${ORGANIZATION}/projects`, 'memberships:read'),
};

/** What is read of one's own tenants, in the order of the tables: the organization, a project, members, and what happened. */
export const TENANT_OPERATIONS = {
  organization: operation(`GET ${ORGANIZATION}`, 'memberships:read'),
  project: operation(`GET ${PROJECT}`, 'memberships:read'),
  members: operation(`GET ${ORGANIZATION}/members`, 'members:read'),
  member: operation(`GET ${MEMBER}`, 'members:read'),
  organizationAudit: operation(`GET ${ORGANIZATION}/audit-events`, 'organization_audit:read'),
};

/** What is read of a project and its clients beside the clients themselves. */
export const READ_OPERATIONS = {
  projectAudit: operation(`GET ${PROJECT}/audit-events`, 'oauth_clients:read'),
  clientAudit: operation(`GET ${CLIENT}/audit-events`, 'oauth_clients:read'),
  assignableScopes: operation(`GET ${PROJECT}/assignable-scopes`, 'oauth_clients:read'),
  assignableAudiences: operation(`GET ${PROJECT}/assignable-audiences`, 'oauth_clients:read'),
};

export const PROVISIONING_OPERATIONS = {
  putOrganization: operation(`PUT ${ORGANIZATION}`, 'registry:admin', { name: 'Changed' }),
  putProject: operation(`PUT ${PROJECT}`, 'registry:admin', { name: 'Changed' }),
  putMember: operation(`PUT ${MEMBER}`, 'registry:admin', { role: 'admin' }),
  deleteMember: operation(`DELETE ${MEMBER}`, 'registry:admin'),
  deleteProject: operation(`DELETE ${PROJECT}`, 'registry:admin'),
  deleteOrganization: operation(`DELETE ${ORGANIZATION}`, 'registry:admin'),
};

/** Every route that is not public. The test over the router fails while one is missing here. */
export const OPERATIONS: readonly Operation[] = [
  ...Object.values(CLIENT_OPERATIONS),
  ...Object.values(SECRET_OPERATIONS),
  ...Object.values(MEMBERSHIP_OPERATIONS),
  ...Object.values(TENANT_OPERATIONS),
  ...Object.values(READ_OPERATIONS),
  ...Object.values(PROVISIONING_OPERATIONS),
];

export const routeOf = ({ method, path }: Operation): string => `${method} ${path}`;

export const pathIn = (path: string, place: Place): string =>
  path.replaceAll(/:(\w+)/g, (_, name: keyof Place) => place[name] ?? randomUUID());

/** A client with the rights of a machine that manages clients. */
export const MACHINE_WITH_RIGHTS = {
  ...MACHINE_CLIENT,
  scopes: ['oauth_clients:read', 'oauth_clients:write'],
};
