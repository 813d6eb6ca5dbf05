import { Operation } from '../openapi/operation.decorator.js';
import { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { DRY_RUN_EXAMPLE, DryRunDto } from './dto/dry-run.dto.js';
import { EXAMPLES } from './dto/oauth-client.docs.js';
import { OAuthClientDto, OAuthClientPageDto } from './dto/oauth-client.dto.js';
import { SECRET_EXAMPLE } from './dto/secret.dto.js';
import { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';

const EXAMPLE = {
  id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  client_id: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
  project_id: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  created: '2026-11-23T09:30:00.000Z',
  modified: '2026-11-23T09:45:00.000Z',
  ...EXAMPLES,
  client_secret: null,
  sync_status: 'synced',
  sync_problem: null,
  secret_id: null,
  last_used_at: '2026-11-23T10:15:00.000Z',
  last_refused_at: null,
  secrets_expire_at: null,
  advice: [],
};
/** How every call that has a dry run documents it. */
export const DRY_RUN = { type: DryRunDto, example: DRY_RUN_EXAMPLE };

export const SHOWN_ONCE = {
  ...EXAMPLE,
  client_secret: 'ocs_8Jm0cYp3l1Xw6o4kqT2vZr9sBfHnUeDaGiVyNxWLtQk',
  secret_id: SECRET_EXAMPLE.id,
};

export const CreateOperation = (): MethodDecorator =>
  Operation({
    id: 'createOAuthClient',
    summary: 'Create an OAuth client',
    description:
      'Registers a client in the project. Its secret is shown in this answer only; a client that authenticates ' +
      'with `none` has none. Needs the role developer, and admin for privileged clients.',
    headers: ['Idempotency-Key'],
    body: {
      type: CreateOAuthClientDto,
      examples: {
        web: {
          summary: 'Web application with a server',
          value: {
            name: 'Web shop',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: ['https://shop.example.com/callback'],
            scopes: ['openid', 'orders:read'],
            pkce_required: true,
          },
        },
        native: {
          summary: 'Mobile application',
          value: {
            name: 'Shop for phones',
            grant_types: ['authorization_code', 'refresh_token'],
            redirect_uris: ['com.example.shop:/callback'],
            token_endpoint_auth_method: 'none',
          },
        },
        machine: {
          summary: 'Server acting for itself',
          value: { name: 'Nightly export', grant_types: ['client_credentials'], scopes: ['orders:read'] },
        },
      },
    },
    answer: {
      status: 201,
      description: 'The client, with its secret if it has one.',
      type: OAuthClientDto,
      headers: ['ETag', 'Location', 'Cache-Control', 'Idempotency-Replayed'],
      example: SHOWN_ONCE,
    },
    dryRun: DRY_RUN,
    problems: ['client_quota_reached', 'idempotent_secret_expired', 'idempotency_key_reused'],
  });

export const ListOperation = (): MethodDecorator =>
  Operation({
    id: 'listOAuthClients',
    summary: 'List OAuth clients',
    description:
      "The project's clients in pages, newest first unless `sort` says otherwise. A client is listed if all " +
      'filters hold. A cursor belongs to its filters and order. Needs the role viewer.',
    answer: {
      status: 200,
      description: 'One page of clients.',
      type: OAuthClientPageDto,
      example: { data: [EXAMPLE], next_cursor: null },
    },
    problems: [],
  });

export const GetOperation = (): MethodDecorator =>
  Operation({
    id: 'getOAuthClient',
    summary: 'Get an OAuth client',
    description: 'One client of the project, without its secret. Needs the role viewer.',
    headers: ['If-Match', 'If-None-Match'],
    answer: {
      status: 200,
      description: 'The client.',
      type: OAuthClientDto,
      headers: ['ETag', 'Cache-Control'],
      example: EXAMPLE,
    },
    mayBeUnmodified: true,
    problems: ['bad_request', 'precondition_failed'],
  });

export const UpdateOperation = (): MethodDecorator =>
  Operation({
    id: 'updateOAuthClient',
    summary: 'Update an OAuth client',
    description:
      'Changes the members that are sent; one that is absent or null stays as it is, and a list replaces the whole ' +
      'list. `grant_types` may be sent back as they are; any other set is refused. Rules are checked on the client ' +
      'as it would be, and all that are broken are told at once. The change is in effect when `sync_status` is ' +
      '`synced`. Needs the role developer, and admin for privileged clients.',
    headers: ['If-Match', 'If-None-Match'],
    body: {
      type: UpdateOAuthClientDto,
      examples: {
        rename: { summary: 'New name', value: { name: 'Web shop (EU)' } },
        redirect: {
          summary: 'Replace the redirect URIs',
          value: { redirect_uris: ['https://shop.example.com/callback', 'http://localhost:8080/callback'] },
        },
        pkce: { summary: 'Require PKCE', value: { pkce_required: true, pkce_challenge_method: 'S256' } },
        disable: { summary: 'Switch off', value: { enabled: false } },
        grants: { summary: 'Refused: other grant types', value: { grant_types: ['client_credentials'] } },
      },
    },
    answer: {
      status: 200,
      description: 'The client as it is now; with a secret only if this call gave it one.',
      type: OAuthClientDto,
      headers: ['ETag', 'Cache-Control'],
      example: EXAMPLE,
    },
    dryRun: DRY_RUN,
    problems: ['conflict', 'precondition_failed'],
  });

export const DeleteOperation = (): MethodDecorator =>
  Operation({
    id: 'deleteOAuthClient',
    summary: 'Delete an OAuth client',
    description: 'Ends the client and its secrets for good. Needs the role admin; machines never delete.',
    headers: ['If-Match', 'If-None-Match'],
    answer: { status: 204, description: 'The client is gone.' },
    dryRun: DRY_RUN,
    problems: ['conflict', 'precondition_failed'],
  });

export const EndTokensOperation = (): MethodDecorator =>
  Operation({
    id: 'endOAuthClientTokens',
    summary: 'End the tokens of a client',
    description:
      'Refresh tokens, grants and codes that were issued to the client so far are refused from now on: people sign ' +
      'in again. Its access tokens are inactive at once where they are introspected, and at this API; elsewhere JWTs ' +
      'live to their end. With Hydra this needs the token hook (422 `tokens_end_not_served`). Needs the role developer, and ' +
      'admin for privileged clients.',
    headers: ['If-Match', 'If-None-Match'],
    answer: { status: 204, description: 'The tokens have ended.' },
    dryRun: DRY_RUN,
    problems: ['conflict', 'precondition_failed', 'tokens_end_not_served'],
  });
