import type { AuditChanges } from '../../../src/audit/audit-event.entity.js';
import type { OAuthClientDto, OAuthClientPageDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { ProblemDto } from '../../../src/problem-details/problem.dto.js';
import type { Answer } from '../../support/api-client.js';
import type { TestRegistry, TestTenant } from '../../support/registry.js';

type Headers = Readonly<Record<string, string>>;

export const CALLBACK = 'https://shop.example.com/callback';
export const APP_CALLBACK = 'com.example.shop:/callback';

/** Bodies that make one client of each kind. */
export const WEB = { name: 'Web', grant_types: ['authorization_code'], redirect_uris: [CALLBACK] };
export const MACHINE = { name: 'Machine', grant_types: ['client_credentials'] };
export const NATIVE = {
  name: 'Phone',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [APP_CALLBACK],
  token_endpoint_auth_method: 'none',
};
export const LEGACY = {
  name: 'Legacy page',
  grant_types: ['implicit'],
  redirect_uris: [CALLBACK],
  token_endpoint_auth_method: 'none',
};

/** The calls on the clients of one project, made by one caller. */
export class ClientCalls {
  constructor(
    private readonly registry: TestRegistry,
    private readonly tenant: TestTenant,
    private readonly token: string,
  ) {}

  create = (body: unknown) =>
    this.registry.api.post<OAuthClientDto>(this.tenant.clients, { token: this.token, body });

  list = (query = '') =>
    this.registry.api.get<OAuthClientPageDto>(this.tenant.clients + query, { token: this.token });

  get = (id: string) => this.registry.api.get<OAuthClientDto>(this.tenant.client(id), { token: this.token });

  update = (id: string, body: unknown, headers: Headers = {}) =>
    this.registry.api.patch<OAuthClientDto>(this.tenant.client(id), { token: this.token, body, headers });

  delete = (id: string, headers: Headers = {}) =>
    this.registry.api.delete(this.tenant.client(id), { token: this.token, headers });

  rotate = (id: string, headers: Headers = {}) =>
    this.registry.api.post<OAuthClientDto>(`${this.tenant.client(id)}/secrets`, {
      token: this.token,
      headers,
    });
}

export interface SecretRow {
  readonly id: string;
  readonly hash: Buffer;
  readonly last_four: string;
  readonly created_by: unknown;
  readonly revoked_at: Date | null;
  readonly sealed: Buffer | null;
}

export interface EventRow {
  readonly organization_id: string;
  readonly project_id: string;
  readonly actor: unknown;
  readonly action: string;
  readonly changes: AuditChanges;
  readonly request_id: string;
  readonly revision: number;
}

/** All that is stored of a client, events and secrets by age. */
export async function stateOf({ database }: TestRegistry, id: string) {
  const [clients, secrets, events] = await Promise.all([
    database.query<Record<string, unknown>>('select * from oauth_clients where id = $1', [id]),
    database.query<SecretRow>('select * from oauth_client_secrets where oauth_client_id = $1 order by id', [
      id,
    ]),
    database.query<EventRow>('select * from audit_events where oauth_client_id = $1 order by revision, id', [
      id,
    ]),
  ]);
  return { client: clients.rows[0], secrets: secrets.rows, events: events.rows };
}

export async function aliveSecretsOf(registry: TestRegistry, id: string): Promise<SecretRow[]> {
  const { secrets } = await stateOf(registry, id);
  return secrets.filter(({ revoked_at }) => revoked_at === null);
}

/** Puts the last change long ago, so that any later one shows whatever the clock does. */
export async function age({ database }: TestRegistry, id: string): Promise<string> {
  const longAgo = '2020-02-02T02:02:02.222Z';
  await database.query('update oauth_clients set modified = $2 where id = $1', [id, longAgo]);
  return longAgo;
}

/** "pointer code" of each violation, in the order of the answer. */
export const violationsIn = (answer: Answer<unknown>): string[] =>
  ((answer.body as ProblemDto).errors ?? []).map(({ pointer, code }) => `${pointer} ${code}`);

/** The answer is a whole problem document of this status and code, and names these violations and no other. */
export function expectProblem(
  answer: Answer<unknown>,
  status: number,
  code: string,
  violations: readonly string[] = [],
): void {
  expect([answer.status, violationsIn(answer)]).toEqual([status, violations]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = answer.body as ProblemDto;
  expect(problem).toEqual({
    type: `urn:oauth-client-registry:problem:${code}`,
    title: expect.stringMatching(/^[A-Z]/) as string,
    status,
    detail: expect.stringMatching(/^[A-Z0-9].*[.]$/) as string,
    code,
    request_id: answer.headers.get('x-request-id'),
    ...(violations.length > 0 && { errors: problem.errors }),
  });
  for (const { detail } of problem.errors ?? []) expect(detail).toMatch(/^[A-Z].*[.]$/);
}

/** A PATCH that breaks exactly these rules is refused as a whole: row, secrets and events stay as they are. */
export async function expectRefusedUpdate(
  registry: TestRegistry,
  calls: ClientCalls,
  id: string,
  patch: unknown,
  violations: readonly string[],
): Promise<void> {
  const before = await stateOf(registry, id);
  expectProblem(await calls.update(id, patch), 422, 'validation_failed', violations);
  expect(await stateOf(registry, id)).toEqual(before);
}
