import { Operation } from '../openapi/operation.decorator.js';
import { OAuthClientDto } from './dto/oauth-client.dto.js';
import {
  CreateSecretDto,
  SECRET_EXAMPLE,
  SecretDto,
  SecretListDto,
  UpdateSecretDto,
} from './dto/secret.dto.js';
import { DRY_RUN, SHOWN_ONCE } from './oauth-clients.openapi.js';

const OLDER = {
  ...SECRET_EXAMPLE,
  id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3e',
  name: 'Production',
  last_four: 'q0Zw',
  status: 'retiring',
  created: '2025-11-24T09:30:00.000Z',
  expires_at: '2026-11-24T09:30:00.000Z',
  last_used_at: '2026-11-23T10:02:00.000Z',
};

export const CreateSecretOperation = (): MethodDecorator =>
  Operation({
    id: 'rotateOAuthClientSecret',
    summary: 'Make a new secret',
    description:
      'Gives the client a new secret, shown in this answer only. Without a body all older ones end at once. To ' +
      'rotate without an outage: (1) make a second secret with `overlap_seconds`, (2) give it to whoever uses the ' +
      'client, (3) list the secrets until only the new one is used, (4) end the older one. At most 5 work at the ' +
      'same time (409 `too_many_secrets`). With Hydra an overlap needs the token gate (422 ' +
      '`secret_overlap_not_served`) and, of an imported secret, its first use there (422 `secret_not_seen_yet`); ' +
      'an expiry needs the token gate or the token hook (422 `secret_expiry_not_served`). A public client has no ' +
      'secret: 409. Needs the role developer, and admin for privileged clients.',
    headers: ['If-Match', 'If-None-Match', 'Idempotency-Key'],
    body: {
      optional: true,
      type: CreateSecretDto,
      examples: {
        rotate: {
          summary: 'Second secret, a day of overlap',
          value: { name: SECRET_EXAMPLE.name, overlap_seconds: 86_400 },
        },
        expiring: { summary: 'Expires in a year', value: { expires_in_seconds: 31_536_000 } },
        replace: { summary: 'Replace at once', value: {} },
      },
    },
    answer: {
      status: 201,
      description: 'The client, with its new secret.',
      type: OAuthClientDto,
      headers: ['ETag', 'Cache-Control', 'Idempotency-Replayed'],
      example: SHOWN_ONCE,
    },
    dryRun: DRY_RUN,
    problems: [
      'conflict',
      'too_many_secrets',
      'precondition_failed',
      'idempotent_secret_expired',
      'idempotency_key_reused',
    ],
  });

export const ListSecretsOperation = (): MethodDecorator =>
  Operation({
    id: 'listOAuthClientSecrets',
    summary: 'List the secrets',
    description:
      'What is known of the secrets, and when each was last used. None is shown in clear. Needs the role viewer.',
    answer: {
      status: 200,
      description: 'The secrets, newest first.',
      type: SecretListDto,
      example: { data: [SECRET_EXAMPLE, OLDER] },
    },
    problems: [],
  });

export const UpdateSecretOperation = (): MethodDecorator =>
  Operation({
    id: 'updateOAuthClientSecret',
    summary: 'Rename a secret, or let it expire earlier',
    description:
      'Changes the name, the expiry or both. A secret can only end earlier than it would. Needs the role ' +
      'developer, and admin for privileged clients.',
    headers: ['If-Match', 'If-None-Match'],
    body: {
      type: UpdateSecretDto,
      examples: {
        rename: { summary: 'New name', value: { name: 'Production, 2026' } },
        shorten: { summary: 'An hour left', value: { expires_in_seconds: 3_600 } },
      },
    },
    answer: {
      status: 200,
      description: 'The secret as it is now.',
      type: SecretDto,
      example: SECRET_EXAMPLE,
    },
    dryRun: DRY_RUN,
    problems: ['conflict', 'precondition_failed'],
  });

export const EndSecretOperation = (): MethodDecorator =>
  Operation({
    id: 'endOAuthClientSecret',
    summary: 'End a secret',
    description:
      'The secret is refused from the next token request on. The last one may be ended too, in an emergency: then the ' +
      'client cannot authenticate until a new one is made. Needs the role developer, and admin for privileged clients.',
    headers: ['If-Match', 'If-None-Match'],
    answer: { status: 204, description: 'The secret has ended.' },
    dryRun: DRY_RUN,
    problems: ['conflict', 'precondition_failed'],
  });
