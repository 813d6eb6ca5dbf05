import { MEMBERS } from '../../oauth-clients/model/members.js';
import { GRANT_TYPES, isAuthMethod, isGrantType } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { isReservedScope } from '../../oauth-clients/model/scope.js';
import { isUuid } from '../../lib/uuid.js';
import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import {
  grantTypesIn,
  hydraResponseTypes,
  isAddedForHydra,
  markIn,
  responseTypesIn,
  scopesIn,
  settingsIn,
} from '../admin-api/hydra-client.js';

export interface ImportTerms {
  readonly registryId: string;
  /** This API's own audience. */
  readonly audience: string;
  /** Whether a scope may be given to clients. */
  readonly mayAssign: (scope: string) => boolean;
  /** The platform's own clients: they are no tenant's. */
  readonly firstPartyClientIds: readonly string[];
}

type Refusal = (stored: StoredHydraClient, terms: ImportTerms) => string[];

/** Everything for which no registration could stand, in words for the operator. */
export const importRefusals: Refusal = (stored, terms) =>
  REFUSALS.flatMap((refusal) => refusal(stored, terms));

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

function clientIdIsAUuid({ client_id }: StoredHydraClient): string[] {
  return refuseIf(
    !isUuid(client_id),
    'its client_id is no UUID in lower case, which the registry knows clients by',
  );
}

/** Whoever could change one would act in every organization of its users. */
function isNotThePlatforms({ client_id }: StoredHydraClient, { firstPartyClientIds }: ImportTerms): string[] {
  return refuseIf(
    firstPartyClientIds.includes(client_id),
    "it is the platform's own (FIRST_PARTY_CLIENT_IDS)",
  );
}

function isNoOtherRegistrys(stored: StoredHydraClient, { registryId }: ImportTerms): string[] {
  const mark = markIn(stored);
  return refuseIf(
    mark !== null && mark.registry !== registryId,
    'another registry manages it, by its metadata',
  );
}

function grantTypesAreKnown(stored: StoredHydraClient): string[] {
  return unknown(
    'grant type',
    grantTypesIn(stored).filter((grant) => !isGrantType(grant)),
  );
}

/**
 * `none` asks for nothing (OAuth 2.0 Multiple Response Types, section 4), so a client loses nothing without it. `disabled` is
 * what this registry tells Hydra of a client that needs none.
 */
const KNOWN_RESPONSE_TYPES: readonly string[] = [...hydraResponseTypes(GRANT_TYPES), 'none', 'disabled'];

function responseTypesAreKnown(stored: StoredHydraClient): string[] {
  // The words of a response type have no order (OAuth 2.0 Multiple Response Types, section 3).
  const ordered = (type: string): string => type.split(' ').toSorted().join(' ');
  return unknown(
    'response type',
    responseTypesIn(stored).filter((type) => !KNOWN_RESPONSE_TYPES.includes(ordered(type))),
  );
}

function authMethodIsKnown({ token_endpoint_auth_method: method }: StoredHydraClient): string[] {
  return unknown('token_endpoint_auth_method', !method || isAuthMethod(method) ? [] : [method]);
}

function nothingIsReserved(stored: StoredHydraClient, terms: ImportTerms): string[] {
  const { audience } = stored;
  const reserved = scopesIn(stored).filter(isReservedScope);
  return [
    ...refuseIf(reserved.length > 0, `it holds reserved scopes: ${listed(reserved)}`),
    ...refuseIf(
      Array.isArray(audience) && audience.includes(terms.audience),
      `it may ask for this API's audience: ${listed([terms.audience])}`,
    ),
  ];
}

/** Hydra would be told to grant them no longer. */
function scopesAreAssignable(stored: StoredHydraClient, { mayAssign }: ImportTerms): string[] {
  const others = scopesIn(stored).filter(
    (scope) => !isReservedScope(scope) && !isAddedForHydra(scope) && !mayAssign(scope),
  );
  return refuseIf(
    others.length > 0,
    `it holds scopes that are not assignable: ${listed(others)}; list them in ASSIGNABLE_SCOPES first`,
  );
}

/** The columns hold no longer ones. */
function listsAreNotTooLong(stored: StoredHydraClient, terms: ImportTerms): string[] {
  const settings = settingsIn(stored, terms);
  return [...MEMBERS].flatMap(([member, { shape }]) =>
    refuseIf(
      shape(settings[member]).some(({ code }) => code === 'too_many'),
      `it has more ${member} than the registry keeps`,
    ),
  );
}

const unknown = (what: string, values: readonly unknown[]): string[] =>
  refuseIf(values.length > 0, `the registry has no ${what} ${listed(values)}`);

const listed = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(', ');

const refuseIf = (isSo: boolean, reason: string): string[] => (isSo ? [reason] : []);
