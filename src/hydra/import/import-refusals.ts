import { LIMITS } from '../../oauth-clients/model/oauth-client.limits.js';
import { GRANT_TYPES, responseTypesOf } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { isReservedScope } from '../../oauth-clients/model/scope.js';
import { isUuid } from '../../lib/uuid.js';
import { isAddedForHydra, type Mark } from '../admin-api/hydra-client.js';
import { isAuthMethod, isGrantType, type HydraFacts } from './imported-settings.js';

export interface ImportTerms {
  readonly registryId: string;
  /** This API's own audience. */
  readonly audience: string;
  /** Whether a scope may be given to clients. */
  readonly mayAssign: (scope: string) => boolean;
  /** The platform's own clients: they are no tenant's. */
  readonly firstPartyClientIds: readonly string[];
}

type Refusal = (facts: HydraFacts, terms: ImportTerms, mark: Partial<Mark> | null) => string[];

/** Everything for which no registration could stand, in words for the operator. */
export const importRefusals: Refusal = (facts, terms, mark) =>
  REFUSALS.flatMap((refusal) => refusal(facts, terms, mark));

const REFUSALS: readonly Refusal[] = [
  clientIdIsAUuid,
  isNotThePlatforms,
  isNoOtherRegistrys,
  grantTypesAreKnown,
  responseTypesAreKnown,
  authMethodIsKnown,
  nothingIsReserved,
  scopesAreAssignable,
  listsAreNotTooLong,
];

function clientIdIsAUuid({ client_id }: HydraFacts): string[] {
  return refuseIf(
    !isUuid(client_id),
    'its client_id is no UUID in lower case, which the registry knows clients by',
  );
}

/** Whoever could change one would act in every organization of its users. */
function isNotThePlatforms({ client_id }: HydraFacts, { firstPartyClientIds }: ImportTerms): string[] {
  return refuseIf(
    firstPartyClientIds.includes(client_id),
    "it is the platform's own (FIRST_PARTY_CLIENT_IDS)",
  );
}

function isNoOtherRegistrys(
  _: HydraFacts,
  { registryId }: ImportTerms,
  mark: Partial<Mark> | null,
): string[] {
  return refuseIf(
    mark !== null && mark.registry !== registryId,
    'another registry manages it, by its metadata',
  );
}

function grantTypesAreKnown({ grant_types }: HydraFacts): string[] {
  return unknown(
    'grant type',
    grant_types.filter((grant) => !isGrantType(grant)),
  );
}

/**
 * `none` asks for nothing (OAuth 2.0 Multiple Response Types, section 4), so a client loses nothing without it. `disabled` is
 * what this registry tells Hydra of a client that needs none.
 */
const KNOWN_RESPONSE_TYPES: readonly string[] = [...responseTypesOf(GRANT_TYPES), 'none', 'disabled'];

function responseTypesAreKnown({ response_types }: HydraFacts): string[] {
  // The words of a response type have no order (OAuth 2.0 Multiple Response Types, section 3).
  const ordered = (type: string): string => type.split(' ').toSorted().join(' ');
  return unknown(
    'response type',
    response_types.filter((type) => !KNOWN_RESPONSE_TYPES.includes(ordered(type))),
  );
}

function authMethodIsKnown({ token_endpoint_auth_method }: HydraFacts): string[] {
  return unknown(
    'token_endpoint_auth_method',
    isAuthMethod(token_endpoint_auth_method) ? [] : [token_endpoint_auth_method],
  );
}

function nothingIsReserved({ scopes, audience }: HydraFacts, terms: ImportTerms): string[] {
  const reserved = scopes.filter(isReservedScope);
  return [
    ...refuseIf(reserved.length > 0, `it holds reserved scopes: ${listed(reserved)}`),
    ...refuseIf(
      audience.includes(terms.audience),
      `it may ask for this API's audience: ${listed([terms.audience])}`,
    ),
  ];
}

/** Hydra would be told to grant them no longer. */
function scopesAreAssignable({ scopes }: HydraFacts, { mayAssign }: ImportTerms): string[] {
  const others = scopes.filter(
    (scope) => !isReservedScope(scope) && !isAddedForHydra(scope) && !mayAssign(scope),
  );
  return refuseIf(
    others.length > 0,
    `it holds scopes that are not assignable: ${listed(others)}; list them in ASSIGNABLE_SCOPES first`,
  );
}

function listsAreNotTooLong({ redirect_uris, scopes }: HydraFacts): string[] {
  return [
    ...refuseIf(
      redirect_uris.length > LIMITS.redirect_uris,
      `it has more than ${LIMITS.redirect_uris} redirect URIs`,
    ),
    ...refuseIf(scopes.length > LIMITS.scopes, `it has more than ${LIMITS.scopes} scopes`),
  ];
}

const unknown = (what: string, values: readonly string[]): string[] =>
  refuseIf(values.length > 0, `the registry has no ${what} ${listed(values)}`);

const listed = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(', ');

const refuseIf = (isSo: boolean, reason: string): string[] => (isSo ? [reason] : []);
