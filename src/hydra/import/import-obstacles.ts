import { MEMBERS } from '../../oauth-clients/model/members.js';
import { isAuthMethod, isGrantType } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { isRegistryScope, isReservedScope } from '../../oauth-clients/model/scope.js';
import { isClientId } from '../../lib/client-id.js';
import { prefixOf } from '../../lib/scope-grammar.js';
import { isUuid } from '../../lib/uuid.js';
import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import {
  grantTypesIn,
  markIn,
  responseTypesIn,
  scopesIn,
  settingsIn,
  type HydraClient,
} from '../admin-api/hydra-client.js';
import type { RegistrationContext } from '../admin-api/registration-context.js';
import { hybridResponseTypes } from './hybrid-response-types.js';

export interface ImportTerms {
  readonly projectId: string;
  readonly terms: RegistrationContext;
  /** The platform's own clients: they are no tenant's. */
  readonly firstPartyClientIds: readonly string[];
  /** Takes clients whose `client_id` is no UUID. */
  readonly anyClientId: boolean;
  /** The client as Hydra would be told of it. */
  readonly expected: HydraClient;
}

type Obstacle = (stored: StoredHydraClient, terms: ImportTerms) => string[];

/** All reasons why a client cannot be imported, in words for the operator. */
export const importObstacles: Obstacle = (stored, terms) =>
  OBSTACLES.flatMap((obstacle) => obstacle(stored, terms));

const OBSTACLES: readonly Obstacle[] = [
  clientIdCanBeKept,
  isNotThePlatforms,
  isNoOtherRegistrys,
  grantTypesAreKnown,
  responseTypesAreKnown,
  authMethodIsKnown,
  nothingIsReserved,
  scopesAreAssignable,
  audiencesAreAssignable,
  listsAreNotTooLong,
];

/** Why to leave a client alone that nobody has asked for by its id or owner. */
export const othersIn = (
  stored: StoredHydraClient,
  terms: Pick<ImportTerms, 'firstPartyClientIds' | 'terms' | 'projectId'>,
): string[] => [
  ...isNotThePlatforms(stored, terms),
  ...isNoOtherRegistrys(stored, terms),
  ...isNoOtherProjects(stored, terms),
];

function clientIdCanBeKept({ client_id }: StoredHydraClient, { anyClientId }: ImportTerms): string[] {
  if (isUuid(client_id)) return [];
  if (!isClientId(client_id))
    return ['its client_id is not of 1 to 255 characters A-Z a-z 0-9 . _ ~ : / @ + -'];
  return violationIf(
    !anyClientId,
    'its client_id is no UUID in lower case: with --any-client-id it is taken over all the same',
  );
}

/** Whoever could change a client of the platform would act in every organization of its users. */
function isNotThePlatforms(
  { client_id }: StoredHydraClient,
  { firstPartyClientIds }: Pick<ImportTerms, 'firstPartyClientIds'>,
): string[] {
  return violationIf(
    firstPartyClientIds.includes(client_id),
    "it is the platform's own (FIRST_PARTY_CLIENT_IDS)",
  );
}

function isNoOtherRegistrys(stored: StoredHydraClient, { terms }: Pick<ImportTerms, 'terms'>): string[] {
  const mark = markIn(stored);
  return violationIf(
    mark !== null && mark.registry !== terms.registryId,
    'another registry manages it, by its metadata',
  );
}

/** The mark of a client that this registry has lost still says which project it belonged to. */
function isNoOtherProjects(
  stored: StoredHydraClient,
  { projectId }: Pick<ImportTerms, 'projectId'>,
): string[] {
  const lost = markIn(stored)?.project_id;
  return violationIf(
    lost !== undefined && lost !== projectId,
    `by its metadata it was one of project ${String(lost)}; name it with --client-id where it is to go elsewhere`,
  );
}

function grantTypesAreKnown(stored: StoredHydraClient): string[] {
  return unknown(
    'grant type',
    grantTypesIn(stored).filter((grant) => !isGrantType(grant)),
  );
}

function responseTypesAreKnown(stored: StoredHydraClient): string[] {
  return unknown('response type', hybridResponseTypes(responseTypesIn(stored), grantTypesIn(stored)));
}

function authMethodIsKnown({ token_endpoint_auth_method: method }: StoredHydraClient): string[] {
  return unknown('token_endpoint_auth_method', !method || isAuthMethod(method) ? [] : [method]);
}

function nothingIsReserved(stored: StoredHydraClient, { terms }: ImportTerms): string[] {
  const reserved = scopesIn(stored).filter(isReservedScope);
  return [
    ...violationIf(reserved.length > 0, `it holds reserved scopes: ${listed(reserved)}`),
    ...violationIf(
      audiencesIn(stored).includes(terms.audience) && !scopesIn(stored).some(isRegistryScope),
      `it may ask for this API's audience: ${listed([terms.audience])}`,
    ),
  ];
}

/**
 * Scopes that are not assignable would be taken from the client in Hydra. An entry of ASSIGNABLE_SCOPES that ends in a
 * wildcard stands for names that begin so.
 */
function scopesAreAssignable(stored: StoredHydraClient, { expected }: ImportTerms): string[] {
  const kept = expected.scope.split(' ');
  const others = scopesIn(stored).filter((scope) => !isReservedScope(scope) && !kept.includes(scope));
  const patterns = others.filter((scope) => prefixOf(scope) !== null);
  const unlisted = others.filter((scope) => prefixOf(scope) === null);
  return [
    ...violationIf(
      unlisted.length > 0,
      `it holds scopes that are not assignable: ${listed(unlisted)}; list them in ASSIGNABLE_SCOPES first`,
    ),
    ...violationIf(
      patterns.length > 0,
      `it holds scopes that stand for others, which no client can have: ${listed(patterns)}; name those that are meant in Hydra first`,
    ),
  ];
}

function audiencesAreAssignable(stored: StoredHydraClient, { terms, expected }: ImportTerms): string[] {
  const others = audiencesIn(stored).filter(
    (audience) => audience !== terms.audience && !expected.audience.some((kept) => kept === audience),
  );
  return violationIf(
    others.length > 0,
    `it lists audiences that are not assignable: ${listed(others)}; list them in ASSIGNABLE_AUDIENCES first`,
  );
}

const audiencesIn = ({ audience }: StoredHydraClient): unknown[] => (Array.isArray(audience) ? audience : []);

/** The columns of lists have a limit. */
function listsAreNotTooLong(stored: StoredHydraClient, { terms }: ImportTerms): string[] {
  const settings = settingsIn(stored, terms);
  return [...MEMBERS].flatMap(([member, { shape }]) =>
    violationIf(
      shape(settings[member]).some(({ code }) => code === 'too_many'),
      `it has more ${member} than the registry keeps`,
    ),
  );
}

const unknown = (what: string, values: readonly unknown[]): string[] =>
  violationIf(values.length > 0, `the registry has no ${what} ${listed(values)}`);

const listed = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join(', ');

const violationIf = (isSo: boolean, reason: string): string[] => (isSo ? [reason] : []);
