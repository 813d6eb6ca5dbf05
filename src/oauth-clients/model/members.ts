import { Check, Column, type ColumnOptions } from 'typeorm';
import { boolean, integer, listOf, oneOf, text, token } from '../../validation/shape-checks.js';
import type { ShapeCheck } from '../../validation/shape.decorator.js';
import { LIMITS } from './oauth-client.limits.js';
import {
  GRANT_TYPES,
  PKCE_CHALLENGE_METHODS,
  TOKEN_ENDPOINT_AUTH_METHODS,
  type GrantType,
  type PkceChallengeMethod,
  type TokenEndpointAuthMethod,
} from './oauth-client.vocabulary.js';

/**
 * What is known of a member beside its type. Select lists, inserts, changes, audit diffs, pointers, erasure and the bodies
 * of requests and answers follow from it; what it means to people stands in `oauth-client.docs.ts`.
 */
export interface MemberFacts {
  /** Its column, which has the member's name. */
  readonly column: ColumnOptions;
  /** The type and bounds of what a caller may send. */
  readonly shape: ShapeCheck;
  /** The condition on the column (`ck_oauth_clients_<member>`) that holds whoever writes it. */
  readonly check?: string;
  /** What a new client has unless its owner says something else. Without it a new client must be told. */
  readonly initial?: unknown;
  /** Whether other members decide what a new client has: then `initial` is no default to be documented. */
  readonly derived?: true;
  /** Whether its value is decided at creation, for good. */
  readonly fixed?: true;
  /** What stands in its place once a deleted client is forgotten. Without it the member tells nothing about anybody. */
  readonly erased?: unknown;
}

const FACTS = new Map<ClientMember, MemberFacts>();

/** Every member that the owner of a client decides, by its name in the API. */
export const MEMBERS: ReadonlyMap<ClientMember, MemberFacts> = FACTS;

function Member(facts: MemberFacts): PropertyDecorator {
  return (target, name) => {
    FACTS.set(name as ClientMember, facts);
    Column(facts.column)(target, name);
    if (facts.check !== undefined) Check(`ck_oauth_clients_${String(name)}`, facts.check)(target, name);
  };
}

/** An address of something that the owner may show to people; '' clears it. */
const uriForPeople = {
  column: { type: 'text', nullable: true },
  shape: token({ max: LIMITS.uri }),
  initial: null,
  erased: null,
} as const satisfies MemberFacts;

/** Seconds that tokens of one kind live; null leaves it to the authorization server, and 0 clears to that. */
const lifetime = {
  column: { type: 'integer', nullable: true },
  shape: integer({ min: 0, max: LIMITS.max_lifetime }),
  initial: null,
} as const satisfies MemberFacts;

/** Later lists have a default: processes of the version before, which do not know them, insert clients while both run. */
const textsWithDefault = { type: 'text', array: true, default: '{}' } as const satisfies ColumnOptions;

/** What the owner of a client decides. A new member is one property here, a column, and its documentation. */
export abstract class ClientSettings {
  @Member({ column: { type: 'text' }, shape: text({ min: 1, max: LIMITS.name }), erased: 'Erased' })
  name: string;

  @Member({
    column: { type: 'text', nullable: true },
    shape: text({ min: 0, max: LIMITS.description, lineBreaks: true }),
    initial: null,
    erased: null,
  })
  description: string | null;

  @Member({
    column: { type: 'text', array: true },
    shape: listOf(token({ max: LIMITS.redirect_uri }), { max: LIMITS.redirect_uris }),
    initial: [],
    erased: [],
  })
  redirect_uris: string[];

  @Member({
    column: { type: 'text', array: true },
    shape: listOf(oneOf(GRANT_TYPES), { min: 1, max: GRANT_TYPES.length }),
    fixed: true,
  })
  grant_types: GrantType[];

  @Member({
    column: { type: 'text', array: true },
    shape: listOf(token({ max: LIMITS.scope }), { max: LIMITS.scopes }),
    initial: [],
    erased: [],
  })
  scopes: string[];

  @Member({ column: { type: 'boolean' }, shape: boolean, initial: false })
  trusted: boolean;

  @Member({ column: { type: 'boolean' }, shape: boolean, initial: true })
  enabled: boolean;

  @Member({
    column: { type: 'text' },
    shape: oneOf(TOKEN_ENDPOINT_AUTH_METHODS),
    initial: 'client_secret_basic',
  })
  token_endpoint_auth_method: TokenEndpointAuthMethod;

  @Member({ column: { type: 'boolean' }, shape: boolean, initial: false, derived: true })
  pkce_required: boolean;

  @Member({
    column: { type: 'text', nullable: true },
    shape: oneOf(PKCE_CHALLENGE_METHODS),
    initial: null,
  })
  pkce_challenge_method: PkceChallengeMethod | null;

  @Member({
    column: textsWithDefault,
    shape: listOf(token({ max: LIMITS.audience }), { max: LIMITS.audiences }),
    check: `cardinality(audiences) <= ${LIMITS.audiences}`,
    initial: [],
    erased: [],
  })
  audiences: string[];

  @Member({
    column: textsWithDefault,
    shape: listOf(token({ max: LIMITS.redirect_uri }), { max: LIMITS.redirect_uris }),
    check: `cardinality(post_logout_redirect_uris) <= ${LIMITS.redirect_uris}`,
    initial: [],
    erased: [],
  })
  post_logout_redirect_uris: string[];

  @Member({
    column: textsWithDefault,
    shape: listOf(token({ max: LIMITS.origin }), { max: LIMITS.origins }),
    check: `cardinality(allowed_cors_origins) <= ${LIMITS.origins}`,
    initial: [],
    erased: [],
  })
  allowed_cors_origins: string[];

  @Member(uriForPeople)
  client_uri: string | null;

  @Member(uriForPeople)
  logo_uri: string | null;

  @Member(uriForPeople)
  policy_uri: string | null;

  @Member(uriForPeople)
  tos_uri: string | null;

  @Member({
    column: textsWithDefault,
    shape: listOf(text({ min: 1, max: LIMITS.contact }), { max: LIMITS.contacts }),
    check: `cardinality(contacts) <= ${LIMITS.contacts}`,
    initial: [],
    erased: [],
  })
  contacts: string[];

  @Member({ ...lifetime, check: `access_token_lifetime >= ${LIMITS.min_lifetime}` })
  access_token_lifetime: number | null;

  @Member({ ...lifetime, check: `id_token_lifetime >= ${LIMITS.min_lifetime}` })
  id_token_lifetime: number | null;

  @Member({ ...lifetime, check: `refresh_token_lifetime >= ${LIMITS.min_lifetime}` })
  refresh_token_lifetime: number | null;
}

/** A member that the owner of a client decides. */
export type ClientMember = keyof ClientSettings;

/** The members for which the test holds. */
export const membersWhere = (test: (facts: MemberFacts) => boolean): ClientMember[] =>
  [...MEMBERS].filter(([, facts]) => test(facts)).map(([member]) => member);

/** The JSON pointer (RFC 6901) to a member of a body, or to one item of its list. */
export const pointerTo = (member: ClientMember, index?: number): string =>
  index === undefined ? `/${member}` : `/${member}/${index}`;
