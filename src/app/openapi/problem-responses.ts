import { changedClient, newClient } from '../../oauth-clients/model/judged-client.js';
import { Config } from '../../config/config.js';
import { platformRules } from '../../oauth-clients/model/platform-rules.js';
import type { RuleContext } from '../../oauth-clients/model/rule.js';
import { UpdateOAuthClientDto } from '../../oauth-clients/dto/update-oauth-client.dto.js';
import { responseHeaders, type ResponseHeader } from '../../openapi/response-headers.js';
import { Problem } from '../../problem-details/problem.js';
import { PROBLEMS, type ProblemCode } from '../../problem-details/problems.js';
import type { Violation } from '../../problem-details/violation.js';
import { faultsOf } from '../../validation/shape-faults.js';
import { ShapePipe } from '../../validation/shape.pipe.js';

/** The headers of a problem's answer, beside those of every answer. */
const HEADERS: Partial<Record<ProblemCode, readonly ResponseHeader[]>> = {
  invalid_token: ['WWW-Authenticate'],
  insufficient_scope: ['WWW-Authenticate'],
  precondition_failed: ['ETag'],
  too_many_requests: ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  service_unavailable: ['Retry-After'],
};

/** The problem that stands for all that no operation names: `default`. */
const ANY = 'internal_error';
const CODES = Object.keys(PROBLEMS) as ProblemCode[];
const codesOf = (status: number): ProblemCode[] => CODES.filter((code) => PROBLEMS[code].status === status);

/**
 * A reference to the named response of a status, or of `default`.
 *
 * @throws Error for a status that no problem has
 */
export const problemReference = (status: number | 'default'): { $ref: string } => ({
  $ref: `#/components/responses/${nameOf(status)}`,
});

/** `ValidationFailed` for 422: the name of the first code of the status. */
function nameOf(status: number | 'default'): string {
  if (status === 'default') return 'Problem';
  const [code] = codesOf(status);
  if (code === undefined) throw new Error(`No problem has the status ${status}: add it to problems.ts.`);
  return code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The named responses of these statuses, and the one for all others. */
export function problemResponses(statuses: Iterable<number>): Record<string, object> {
  const named = [...new Set(statuses)]
    .toSorted((a, b) => a - b)
    .map((status) => [nameOf(status), responseOf(codesOf(status))] as const);
  const other = {
    ...responseOf([ANY]),
    description: 'Any other problem. All have the same form (RFC 9457).',
  };
  return { ...Object.fromEntries(named), [nameOf('default')]: other };
}

function responseOf(codes: readonly ProblemCode[]): object {
  const headers = responseHeaders(['X-Request-Id', ...new Set(codes.flatMap((code) => HEADERS[code] ?? []))]);
  const examples = Object.fromEntries(codes.flatMap(examplesOf));
  const schema = { $ref: '#/components/schemas/Problem' };
  return {
    description: codes
      .map((code) => `\`${code}\`: ${PROBLEMS[code].meaning} ${PROBLEMS[code].remedy}`)
      .join('\n\n'),
    headers,
    content: { 'application/problem+json': { schema, examples } },
  };
}

const REQUEST_ID = '0f3c7a52-8a7e-4a1c-9a53-6f1f3c0e5f0a';

function examplesOf(code: ProblemCode): [string, object][] {
  if (code === 'validation_failed') return VALIDATION_EXAMPLES;
  const problem = code === 'not_found' ? Problem.notFound() : new Problem(code, PROBLEMS[code].meaning);
  return [[code, { summary: PROBLEMS[code].title, value: problem.toBody(REQUEST_ID) }]];
}

const CONTEXT: RuleContext = {
  ...platformRules(new Config({})),
  mayAssign: () => true,
  trusted_clients_allowed: false,
  serverViolations: () => [],
};

/** Made by the checks and rules themselves, so that they are what callers get. */
const VALIDATION_EXAMPLES: [string, object][] = [
  refused('grant_types_immutable', 'Other grant types in an update', () => {
    const { settings } = newClient({ name: 'Machine', grant_types: ['authorization_code'] }, CONTEXT);
    return changedClient(settings, { grant_types: ['client_credentials'] }, CONTEXT).violations;
  }),
  refused('rules', 'Several rules at once', () => {
    const redirect_uris = ['http://shop.example.com/callback', 'https://*.example.com/callback'];
    return newClient({ name: 'Web', grant_types: ['implicit'], redirect_uris, pkce_required: true }, CONTEXT)
      .violations;
  }),
  refused('shape', 'Misspelt, read-only and wrongly typed members', shapeFaults),
];

function refused(
  name: string,
  summary: string,
  violations: () => Parameters<typeof Problem.validationFailed>[0],
): [string, object] {
  return [name, { summary, value: Problem.validationFailed(violations()).toBody(REQUEST_ID) }];
}

function shapeFaults(): readonly Violation[] {
  const body = { redirect_uri: ['https://shop.example.com/callback'], id: 'x', enabled: 'yes' };
  return faultsOf(
    new ShapePipe().transform(body, { type: 'body', metatype: UpdateOAuthClientDto }) as object,
  );
}
