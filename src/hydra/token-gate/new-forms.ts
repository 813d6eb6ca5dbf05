import { Injectable } from '@nestjs/common';
import { InternalSecrets } from '../admin-api/internal-secrets.js';
import type { ServerMode } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { writeForm, type Parameter } from './form.js';
import type { GateClient } from './gate-client.js';
import type { RawHeaders } from './hydra-public-api.js';
import type { TokenRequest } from './token-request.js';

/** A request of a client that has proven itself, as Hydra is to read it. */
export interface NewForm {
  /** Tells the credential in it from others of the client. */
  readonly credential: string;
  readonly headers: RawHeaders;
  readonly body: Buffer;
}

/** Writes requests anew, with what Hydra knows the client by in the place of what it has presented. */
@Injectable()
export class NewForms {
  constructor(private readonly internal: InternalSecrets) {}

  /**
   * One for each credential that Hydra may know the client by, in the order in which to try them. During a move Hydra goes from
   * the previous to the present one and never back: whoever tries them in that order is not overtaken by it. After it the
   * previous one is for a call that came late, or a Hydra that was put back.
   */
  of(client: GateClient, request: TokenRequest): NewForm[] {
    if (client.token_endpoint_auth_method === 'none') return [written(client, request, null, 'none')];
    const { mode, key, previous_mode, previous_key, moving } = client;
    const order = [credential(mode, key), credential(previous_mode, previous_key)];
    return (moving ? order.toReversed() : order).flatMap(([of, from]) => {
      const secret = of === 'direct' ? request.secret : this.internal.secretOf(client.client_id, from);
      return of !== null && secret !== null ? [written(client, request, secret, nameOf(of, from))] : [];
    });
  }
}

const credential = (mode: ServerMode | null, key: string | null) => [mode, key] as const;

const nameOf = (mode: ServerMode, key: string | null): string => `${mode} ${key}`;

/** What `NewForms` calls the credential of a client that Hydra knows by its own secret. */
export const OWN_CREDENTIAL = nameOf('direct', null);

function written(
  { client_id: id, token_endpoint_auth_method: method }: GateClient,
  { parameters }: TokenRequest,
  secret: string | null,
  name: string,
): NewForm {
  const isBasic = method === 'client_secret_basic';
  const identity: Parameter[] = [
    ['client_id', id],
    ...(secret === null ? [] : [['client_secret', secret] as const]),
  ];
  const body = Buffer.from(writeForm([...parameters, ...(isBasic ? [] : identity)]));
  return { credential: name, headers: isBasic ? ['Authorization', basic(id, secret ?? '')] : [], body };
}

/** RFC 6749, section 2.3.1: both halves are form-encoded. */
function basic(user: string, password: string): string {
  const [encodedUser, encodedPassword] = [user, password].map((text) =>
    new URLSearchParams([['', text]]).toString().slice(1),
  );
  return `Basic ${Buffer.from(`${encodedUser}:${encodedPassword}`).toString('base64')}`;
}
