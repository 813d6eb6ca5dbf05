import type { OpenAPIObject } from '@nestjs/swagger';
import { RESPONSE_HEADERS, responseHeaders } from '../../openapi/response-headers.js';
import { PROBLEMS } from '../../problem-details/problems.js';
import { withNamedEnums } from './enums.js';
import { pathParametersOf } from './path-parameters.js';
import { problemReference, problemResponses } from './problem-responses.js';
import type { JsonSchema } from './schema.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Responses = Operation['responses'];
type Components = NonNullable<OpenAPIObject['components']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Statuses of problems that any call can have: it cannot be read, or its address asks too often. */
const OF_EVERY_CALL = [PROBLEMS.bad_request.status, PROBLEMS.too_many_requests.status];

/** The tag of the platform's operations. The platform chooses the ids itself, so no examples of ids are filled in there. */
export const PROVISIONING = 'Provisioning';

/**
 * The document that Nest made of the decorators, with all that is the same for every operation. Throws where an operation
 * lacks what it has to say for itself, or uses a name that is not described: `npm run openapi:check` fails then.
 */
export function complete(document: OpenAPIObject): OpenAPIObject {
  const paths: OpenAPIObject['paths'] = {};
  for (const [path, item] of Object.entries(document.paths)) {
    const operations = METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [[method, completeOperation(`${method.toUpperCase()} ${path}`, operation)]] : [];
    });
    paths[path] = Object.fromEntries(operations) as OpenAPIObject['paths'][string];
  }
  const { contact: _, ...info } = document.info;
  return { ...document, info, paths, components: completeComponents(document, paths) };
}

function completeOperation(route: string, operation: Operation): Operation {
  for (const part of ['operationId', 'summary', 'description'] as const)
    if (!operation[part]) throw new Error(`${route} has no ${part}: describe it with @Operation({ ... }).`);
  if (operation.tags?.length !== 1) throw new Error(`${route} needs exactly one @ApiTags.`);
  const [method = '', path = ''] = route.split(' ');
  const others = (operation.parameters ?? []).filter(
    (parameter) => !('in' in parameter && parameter.in === 'path'),
  );
  const parameters = [...pathParametersOf(path, examplesFor(method, operation)), ...others];
  // Who may call is said by `Authorized`; a route without it is public, or refuses everybody.
  const security = operation.security ?? [];
  return { ...operation, parameters, security, responses: completeResponses(route, operation.responses) };
}

/**
 * Which ids Swagger UI fills in. A DELETE gets no client, so that nobody deletes the demo client, or ends what belongs to
 * it, by trying the page out.
 */
function examplesFor(method: string, { tags }: Operation): Parameters<typeof pathParametersOf>[1] {
  if (tags?.includes(PROVISIONING)) return 'none';
  return method === 'DELETE' ? 'no client' : 'all';
}

function completeResponses(route: string, responses: Responses): Responses {
  const answers = Object.entries(responses).filter(([status]) => IS_ANSWER.test(status));
  if (answers.length === 0)
    throw new Error(`${route} names no answer: describe it with @Operation({ ... }).`);
  const successes = answers.map(([status, response]) => {
    if (!response || '$ref' in response) throw new Error(`${route} has no answer of its own.`);
    return [status, { ...response, headers: { ...response.headers, ...responseHeaders(['X-Request-Id']) } }];
  });
  const statuses = [...problemStatuses(responses), ...OF_EVERY_CALL];
  const problems = statuses.map((status) => [status, problemReference(status)]);
  return Object.fromEntries([
    ...successes,
    ...problems,
    ['default', problemReference('default')],
  ]) as Responses;
}

/** A status below 400, or a range of them. */
const IS_ANSWER = /^[123]/;

const problemStatuses = (responses: Responses): number[] =>
  Object.keys(responses)
    .map(Number)
    .filter((status) => status >= 400);

function completeComponents({ components }: OpenAPIObject, paths: OpenAPIObject['paths']): Components {
  const operations = Object.values(paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
  const schemas = withNamedEnums((components?.schemas ?? {}) as Record<string, JsonSchema>);
  for (const name of operations.flatMap(bodyOf)) {
    schemas[name] = { ...schemas[name], additionalProperties: false };
  }
  const statuses = operations.flatMap(({ responses }) => problemStatuses(responses));
  const headers = Object.fromEntries(
    Object.entries(RESPONSE_HEADERS).filter(([name]) => isUsed([paths, problemResponses(statuses)], name)),
  );
  return { ...components, schemas, headers, responses: problemResponses(statuses) } as Components;
}

const isUsed = (where: unknown, header: string): boolean =>
  JSON.stringify(where).includes(`"#/components/headers/${header}"`);

/** The name of the schema of the body. Bodies are read strictly, so their schemas are closed. */
function bodyOf({ requestBody }: Operation): string[] {
  if (!requestBody || '$ref' in requestBody) return [];
  const schema = requestBody.content['application/json']?.schema;
  if (!schema || !('$ref' in schema)) throw new Error('A body needs a named schema.');
  return [schema.$ref.replace('#/components/schemas/', '')];
}
