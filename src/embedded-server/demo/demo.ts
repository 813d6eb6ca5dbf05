import type { NewClient } from '../../oauth-clients/model/client-settings.js';
import type { Role } from '../../tenants/role.js';

/** The platform's own machine. Not a tenant's client, so it is in no table. */
export const PLATFORM_CLIENT_ID = 'de300000-0000-4000-8000-00000000000f';

/** The first-party client that people's tokens are issued to. */
export const SWAGGER_UI_CLIENT_ID = 'de300000-0000-4000-8000-00000000000d';

export interface DemoPerson {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** A client of the demo project, under ids that the printed examples can name. */
export interface DemoClient {
  readonly id: string;
  readonly clientId: string;
  readonly settings: NewClient;
}

export const DEMO_ORGANIZATION = {
  id: 'de300000-0000-4000-8000-000000000001',
  name: 'Demo organization',
} as const;

export const DEMO_PROJECT = { id: 'de300000-0000-4000-8000-000000000002', name: 'Demo project' } as const;

export const DEMO_PEOPLE: Readonly<Record<'admin' | 'viewer', DemoPerson>> = {
  admin: {
    subject: 'de300000-0000-4000-8000-0000000000a1',
    name: 'Ada Admin',
    email: 'ada@demo.example',
    role: 'admin',
  },
  viewer: {
    subject: 'de300000-0000-4000-8000-0000000000a2',
    name: 'Vic Viewer',
    email: 'vic@demo.example',
    role: 'viewer',
  },
};

export const DEMO_WEB_CLIENT: DemoClient = {
  id: '019aa000-0000-7000-8000-000000000001',
  clientId: 'de300000-0000-4000-8000-0000000000c1',
  settings: {
    name: 'Demo web app',
    description: 'Signs people in with the authorization code flow.',
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: ['http://localhost:8080/callback'],
    scopes: ['openid', 'offline_access', 'notes:read'],
    pkce_required: true,
  },
};

export const DEMO_MACHINE_CLIENT: DemoClient = {
  id: '019aa000-0000-7000-8000-000000000002',
  clientId: 'de300000-0000-4000-8000-0000000000c2',
  settings: {
    name: 'Demo machine',
    description: 'Calls this registry by itself, with client credentials.',
    grant_types: ['client_credentials'],
    scopes: ['oauth_clients:read', 'oauth_clients:write'],
  },
};
