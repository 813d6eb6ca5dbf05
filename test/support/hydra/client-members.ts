import { undecodable } from './hydra-error.js';
import { parseDuration } from './go-duration.js';

const TEXTS = [
  'client_id',
  'client_name',
  'client_secret',
  'scope',
  'owner',
  'policy_uri',
  'tos_uri',
  'client_uri',
  'logo_uri',
  'subject_type',
  'sector_identifier_uri',
  'jwks_uri',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'request_object_signing_alg',
  'userinfo_signed_response_alg',
  'frontchannel_logout_uri',
  'backchannel_logout_uri',
  'access_token_strategy',
] as const;

const LISTS = [
  'redirect_uris',
  'grant_types',
  'response_types',
  'audience',
  'allowed_cors_origins',
  'contacts',
  'request_uris',
  'post_logout_redirect_uris',
] as const;

const FLAGS = [
  'skip_consent',
  'frontchannel_logout_session_required',
  'backchannel_logout_session_required',
] as const;

const LIFESPANS = [
  'authorization_code_grant_access_token_lifespan',
  'authorization_code_grant_id_token_lifespan',
  'authorization_code_grant_refresh_token_lifespan',
  'client_credentials_grant_access_token_lifespan',
  'implicit_grant_access_token_lifespan',
  'implicit_grant_id_token_lifespan',
  'jwt_bearer_grant_access_token_lifespan',
  'refresh_token_grant_id_token_lifespan',
  'refresh_token_grant_access_token_lifespan',
  'refresh_token_grant_refresh_token_lifespan',
  'device_authorization_grant_id_token_lifespan',
  'device_authorization_grant_access_token_lifespan',
  'device_authorization_grant_refresh_token_lifespan',
] as const;

/** Left out of every answer while they are empty or false. */
const OMITTED_WHEN_EMPTY: readonly string[] = [
  'client_secret',
  'sector_identifier_uri',
  'jwks_uri',
  'token_endpoint_auth_signing_alg',
  'request_uris',
  'request_object_signing_alg',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
  'post_logout_redirect_uris',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'access_token_strategy',
];

type Text = (typeof TEXTS)[number];
type List = (typeof LISTS)[number];

/** A client as Hydra's admin API speaks of it, every member of it. A list that was not sent is null until it is stored. */
export type ClientMembers = Record<Text, string> &
  Record<List, readonly string[] | null> &
  Record<(typeof FLAGS)[number], boolean> &
  Record<(typeof LIFESPANS)[number], string | null> & {
    readonly skip_logout_consent: boolean | null;
    readonly metadata: unknown;
    readonly jwks: { readonly keys?: readonly unknown[] };
    readonly created_at: string | null;
  };

type Json = Readonly<Record<string, unknown>>;

/** Reads a body as Go reads it: what it does not know is ignored, null is absent, another type is refused. */
export function decodeClient(body: string): ClientMembers {
  const input = parseObject(body);
  const each = <K extends string, V>(names: readonly K[], read: (value: unknown, name: K) => V) =>
    Object.fromEntries(names.map((name) => [name, read(input[name] ?? null, name)])) as Record<K, V>;
  return {
    ...each(TEXTS, (value, name) => expect('string', value, name) ?? ''),
    ...each(LISTS, listOf),
    ...each(FLAGS, (value, name) => expect('boolean', value, name) ?? false),
    ...each(LIFESPANS, (value, name) => durationOf(expect('string', value, `Lifespans.${name}`))),
    skip_logout_consent: expect('boolean', input['skip_logout_consent'] ?? null, 'skip_logout_consent'),
    // The one member that is kept as it was sent, null included.
    metadata: 'metadata' in input ? input['metadata'] : {},
    jwks: (input['jwks'] ?? {}) as ClientMembers['jwks'],
    created_at: expect('string', input['created_at'] ?? null, 'created_at'),
  };
}

/** What Hydra stores of it: no list is null any more. */
export function toStored(members: ClientMembers): ClientMembers {
  const lists = Object.fromEntries(LISTS.map((name) => [name, members[name] ?? []]));
  return { ...members, ...(lists as Record<List, readonly string[]>) };
}

/** The members of an answer. @param secret the one that came with this very call, else an empty text */
export function toAnswer(members: ClientMembers, secret: string): Record<string, unknown> {
  const always = {
    audience: members.audience ?? [],
    allowed_cors_origins: members.allowed_cors_origins ?? [],
    client_secret_expires_at: 0,
    client_secret: secret,
  };
  return Object.fromEntries(
    Object.entries({ ...members, ...always }).filter(
      ([name, value]) => !(OMITTED_WHEN_EMPTY.includes(name) && isEmpty(value)),
    ),
  );
}

/** The texts of a client that PostgreSQL would have to store as texts. */
export const textsOf = (members: ClientMembers): readonly string[] => [
  ...TEXTS.map((name) => members[name]),
  ...LISTS.flatMap((name) => members[name] ?? []),
];

const isEmpty = (value: unknown): boolean =>
  value === '' || value === false || value === null || (Array.isArray(value) && value.length === 0);

function parseObject(body: string): Json {
  const value = parseJson(body);
  // Go decodes null into an empty client.
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw undecodable(`json: cannot unmarshal ${kindOf(value)} into Go value of type client.Client`);
  }
  return value as Json;
}

function parseJson(body: string): unknown {
  if (body.trim() === '') throw undecodable('EOF');
  try {
    return JSON.parse(body);
  } catch (error) {
    throw undecodable(String(error));
  }
}

interface Kinds {
  string: string;
  boolean: boolean;
}

function expect<K extends keyof Kinds>(kind: K, value: unknown, name: string): Kinds[K] | null {
  if (value === null) return null;
  if (typeof value === kind) return value as Kinds[K];
  throw mismatch(value, name, kind === 'boolean' ? 'bool' : 'string');
}

function listOf(value: unknown, name: string): readonly string[] | null {
  if (value === null) return null;
  if (!Array.isArray(value)) throw mismatch(value, name, 'sqlxx.StringSliceJSONFormat');
  return value.map((item) => expect('string', item, name) ?? '');
}

function durationOf(text: string | null): string | null {
  if (text === null) return null;
  const duration = parseDuration(text);
  if (duration === null) throw undecodable(`time: invalid duration '${text}'`);
  return duration;
}

const mismatch = (value: unknown, name: string, type: string) =>
  undecodable(`json: cannot unmarshal ${kindOf(value)} into Go struct field Client.${name} of type ${type}`);

const kindOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};
