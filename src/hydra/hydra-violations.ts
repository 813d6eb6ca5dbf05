import { isServedOrigin } from './admin-api/hydra-client.js';
import { LOOPBACK_IP } from '../lib/loopback.js';
import type { SecretWish } from '../authorization-server/authorization-server.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import { responseTypesOf } from '../oauth-clients/model/oauth-client.vocabulary.js';
import { originProblem } from '../oauth-clients/model/browser-origin.js';
import { pointerTo } from '../oauth-clients/model/members.js';
import { brokenRules } from '../oauth-clients/model/rule.js';
import { withExample } from '../oauth-clients/model/redirect-uri.js';
import {
  RESPONSE_PARAMETERS,
  reservedParameters,
} from '../oauth-clients/model/redirect-uri/reserved-parameters.js';
import type { Violation } from '../problem-details/violation.js';

export interface HydraAbilities {
  /** Whether the authorize gate stands before Hydra's authorization endpoint. */
  readonly authorizeGate: boolean;
  /** What the token hook is asked with; none: Hydra asks no token hook. */
  readonly hookSecrets: readonly string[];
}

type HydraRule = (settings: ClientSettings, abilities: HydraAbilities) => Violation[];

/** What the registry's rules allow and Hydra cannot serve: a member must never promise what does not happen. */
export const hydraViolations: HydraRule = (settings, abilities) => brokenRules(RULES, settings, abilities);

function plainChallenge({ pkce_challenge_method }: ClientSettings): Violation[] {
  if (pkce_challenge_method !== 'plain') return [];
  return [
    {
      pointer: pointerTo('pkce_challenge_method'),
      code: 'pkce_challenge_method_not_supported',
      detail: 'Hydra never accepts plain challenges: leave the method out, or send S256.',
    },
  ];
}

/** Hydra itself demands PKCE of clients without a secret only (oauth2.pkce.enforced_for_public_clients). */
const unenforceablePkce: HydraRule = ({ pkce_required, token_endpoint_auth_method }, { authorizeGate }) => {
  if (!pkce_required || token_endpoint_auth_method === 'none' || authorizeGate) return [];
  return [
    {
      pointer: pointerTo('pkce_required'),
      code: 'pkce_not_enforceable',
      detail:
        'Hydra cannot demand PKCE of a single client that has a secret. Leave it out, use token_endpoint_auth_method none, ' +
        'or ask the operator to put the authorize gate before Hydra (AUTHORIZE_GATE=enabled).',
    },
  ];
};

const TLS_ON_LOOPBACK_IP = new RegExp(`^https://${LOOPBACK_IP}(?![^/?:])`);

/** Hydra's rule for loopback addresses (RFC 8252, section 7.3) looks at the scheme that is asked for, not the registered one. */
function tlsOnLoopback({ redirect_uris }: ClientSettings): Violation[] {
  return redirect_uris.flatMap((uri, index) =>
    TLS_ON_LOOPBACK_IP.test(uri)
      ? [
          {
            pointer: pointerTo('redirect_uris', index),
            code: 'redirect_uri_https_on_loopback_ip',
            detail: withExample(
              'Hydra would accept plain http on any port for it: use a host name such as localhost, or register http.',
              uri.replace('https:', 'http:'),
            ),
          },
        ]
      : [],
  );
}

/**
 * Redirect URIs with a parameter of authorization responses: Hydra replaces it in an answer with a code, and repeats it
 * in one with an error.
 */
const responseParameters: HydraRule = ({ redirect_uris }) =>
  reservedParameters(redirect_uris, RESPONSE_PARAMETERS);

/**
 * Without the token hook and the authorize gate, a client could get tokens for whatever is below the path of a listed
 * audience.
 */
const unenforceableAudience: HydraRule = ({ audiences, grant_types }, { authorizeGate, hookSecrets }) => {
  const isEnforced = hookSecrets.length > 0 && (authorizeGate || responseTypesOf(grant_types).length === 0);
  if (audiences.length === 0 || isEnforced) return [];
  return [
    {
      pointer: pointerTo('audiences'),
      code: 'audience_not_enforceable',
      detail:
        'Hydra by itself does not keep clients to the audiences they list. Leave them out, or ask the operator to set up ' +
        'the token hook (HOOK_SECRET) and the authorize gate (AUTHORIZE_GATE=enabled).',
    },
  ];
};

function originPatterns({ allowed_cors_origins }: ClientSettings): Violation[] {
  return allowed_cors_origins.flatMap((origin, index) =>
    isServedOrigin(origin) || originProblem(origin) !== null
      ? []
      : [
          {
            pointer: pointerTo('allowed_cors_origins', index),
            code: 'invalid_origin',
            detail: 'Hydra would take its brackets for a pattern: use 127.0.0.1 or localhost instead.',
          },
        ],
  );
}

const RULES: readonly HydraRule[] = [
  plainChallenge,
  unenforceablePkce,
  tlsOnLoopback,
  responseParameters,
  unenforceableAudience,
  originPatterns,
];

/** Hydra knows one secret of a client, and not when it expires. The token hook knows that. */
export function secretViolations(
  { overlap_seconds = 0, expires_in_seconds }: SecretWish,
  { hookSecrets }: Pick<HydraAbilities, 'hookSecrets'>,
): Violation[] {
  const isEndless = expires_in_seconds === undefined || hookSecrets.length > 0;
  return [...(overlap_seconds > 0 ? [OVERLAP_NOT_SERVED] : []), ...(isEndless ? [] : [EXPIRY_NOT_SERVED])];
}

const OVERLAP_NOT_SERVED: Violation = {
  pointer: '/overlap_seconds',
  code: 'secret_overlap_not_served',
  detail:
    'Hydra keeps one secret of a client. Leave it out (the older secret ends when the new one is made), or ask ' +
    'the operator to turn the token gate on (TOKEN_GATE=enabled).',
};

const EXPIRY_NOT_SERVED: Violation = {
  pointer: '/expires_in_seconds',
  code: 'secret_expiry_not_served',
  detail:
    'Hydra does not end a secret by itself. Leave it out, or ask the operator to connect the token hook (HOOK_SECRET).',
};
