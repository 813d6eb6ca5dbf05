import { violationsOf } from '../../oauth-clients/model/oauth-client.rules.js';
import type { RuleContext } from '../../oauth-clients/model/rule.js';
import { MEMBERS, pointerTo, type ClientSettings } from '../../oauth-clients/model/members.js';
import type { Violation } from '../../problem-details/violation.js';
import type { ShapeProblem } from '../../validation/shape.decorator.js';
import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { toHydraClient } from '../admin-api/hydra-client.js';
import { seenIn } from '../admin-api/seen-client.js';
import { unmanagedIn } from '../admin-api/unmanaged.js';
import type { RegistrationContext } from '../admin-api/registration-context.js';
import { importEffects, type ImportEffects } from './import-effects.js';
import type { ImportedClient } from './import-store.js';
import { importObstacles } from './import-obstacles.js';
import { importedSettings } from './imported-settings.js';
import { ownerOf } from './selection.js';

/** What an import of one client would mean. */
export interface Candidate extends ImportEffects, ImportedClient {
  /** Reasons why the client cannot be imported. */
  readonly obstacles: readonly string[];
  /** Rules that the client breaks: they stop a later change only where it touches the same member. */
  readonly violations: readonly Violation[];
}

export interface CandidateContext {
  readonly organizationId: string;
  readonly projectId: string;
  readonly terms: RegistrationContext;
  readonly firstPartyClientIds: readonly string[];
  readonly rules: RuleContext;
}

export function candidateOf(
  stored: StoredHydraClient,
  context: CandidateContext,
  { anyClientId }: { readonly anyClientId: boolean },
): Candidate {
  const { terms, rules } = context;
  const settings = importedSettings(stored, terms);
  const expected = toHydraClient(registrationOf(stored.client_id, settings, context), terms);
  return {
    clientId: stored.client_id,
    settings,
    obstacles: importObstacles(stored, { ...context, anyClientId, expected }),
    violations: [...shapeViolations(settings), ...violationsOf(settings, rules)],
    known: { ...seenIn(stored), unmanaged: unmanagedIn(stored, expected, null), owner: ownerOf(stored) },
    ...importEffects(expected, stored),
  };
}

/** The registration as it will be, but for what is known only when the row is written. */
const registrationOf = (
  clientId: string,
  settings: ClientSettings,
  { organizationId, projectId, rules }: CandidateContext,
) => ({
  ...settings,
  // An organization that may have no trusted clients keeps the member, and it has no effect.
  trusted: settings.trusted && rules.trusted_clients_allowed,
  id: '',
  client_id: clientId,
  organization_id: organizationId,
  project_id: projectId,
  revision: 1,
  deleted: false,
  mode: 'direct' as const,
  key: null,
  secret_id: null,
  secret_lost: false,
  sealed: null,
  unmanaged: null,
});

/** The checks of shape that callers of the API pass before the rules. The rules check redirect URIs whole. */
const shapeViolations = (settings: ClientSettings): Violation[] =>
  [...MEMBERS]
    .filter(([member]) => member !== 'redirect_uris' && settings[member] !== null)
    .flatMap(([member, { shape }]) => violations(member, shape(settings[member])));

const violations = (member: keyof ClientSettings, problems: readonly ShapeProblem[]): Violation[] =>
  problems.map(({ code, detail, index }) => ({ pointer: pointerTo(member, index), code, detail }));
