import fc from 'fast-check';
import { TestRegistry } from '../support/registry.js';
import { mismatches } from './matches-schema.js';
import { operationsOf, responseOf, type OpenApiDocument } from './openapi.js';
import { requestsOf, type FuzzedRequest } from './requests.js';
import { FUZZ_TIMEOUT, printSeed, REQUEST_COUNT, SEED } from './scale.js';
import { Sender, type FuzzAnswer } from './send.js';
import { World, type Made } from './world.js';

/** Statuses that any path may answer before it is known which operation is called. */
const ANYWHERE = new Set([400, 401, 404, 408, 413, 414, 415, 431]);

/** Operations that make what the others need. */
const MAKES = ['createOAuthClient', 'rotateOAuthClientSecret'];
const ENDS = ['deleteOAuthClient', 'endOAuthClientSecret'];

describe('requests made from the OpenAPI document, wrong in every place', () => {
  let registry: TestRegistry;
  let world: World;
  let sender: Sender;
  let document: OpenApiDocument;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    world = await World.make(registry);
    sender = new Sender(registry.url);
    document = (await registry.api.get<OpenApiDocument>('/openapi.json')).body;
  });
  afterAll(async () => {
    sender.close();
    await registry.stop();
  });

  /** Operations with a body more often: there is more to get wrong. */
  const anyRequest = (): fc.Arbitrary<FuzzedRequest> =>
    fc.oneof(
      ...operationsOf(document).map((operation) => ({
        weight: operation.requestBody ? 4 : 1,
        arbitrary: requestsOf(document, operation, World.callersOf(operation)),
      })),
    );

  function send(request: FuzzedRequest): Promise<FuzzAnswer> {
    const token = world.tokenOf(request);
    const headers = {
      ...(request.body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...request.headers,
    };
    const { method } = request.operation;
    return sender.send({ method, target: world.targetOf(request), headers, body: request.body });
  }

  /** What is wrong with the answer. */
  function judge({ operation }: FuzzedRequest, { status, headers, text }: FuzzAnswer): string[] {
    if (status >= 500 || (status >= 300 && status < 400)) return [`answers ${status}`];
    if (headers['x-request-id'] === undefined) return ['has no X-Request-Id'];
    const documented = responseOf(document, operation, status);
    if (!documented && !ANYWHERE.has(status)) return [`answers ${status}, which is not documented`];
    if (status >= 400) return judgeProblem(headers['content-type'], text);
    const [documentedContent] = Object.entries(documented?.content ?? {});
    if (!documentedContent) return text === '' ? [] : ['has a body'];
    const [type, { schema }] = documentedContent;
    if (!String(headers['content-type']).startsWith(type)) return [`is ${String(headers['content-type'])}`];
    return mismatches(document, schema, type === 'application/json' ? JSON.parse(text) : text);
  }

  function judgeProblem(type: unknown, text: string): string[] {
    if (type !== 'application/problem+json; charset=utf-8')
      return [`is ${String(type)}: ${text.slice(0, 200)}`];
    return mismatches(document, { $ref: '#/components/schemas/Problem' }, JSON.parse(text));
  }

  const describeRequest = ({ operation, caller, ...request }: FuzzedRequest): string =>
    JSON.stringify({
      operation: operation.operationId,
      caller,
      target: world.targetOf({ operation, caller, ...request }).slice(0, 400),
      headers: request.headers,
      body: request.body?.toString('latin1').slice(0, 1_000),
    });

  it(
    `fuzzed requests get ${REQUEST_COUNT} answers without a 5xx, each as the OpenAPI document says`,
    async () => {
      printSeed(`${REQUEST_COUNT} fuzzed requests`);
      const succeeded = new Set<string>();
      const requests = fc.sample(anyRequest(), { seed: SEED, numRuns: REQUEST_COUNT });
      // More requests are sent to the operations of which none has succeeded yet.
      const more = fc.sample(anyRequest(), { seed: SEED + 1, numRuns: 20_000 });
      for (const [index, request] of [...requests, ...more].entries()) {
        const { operationId } = request.operation;
        if (index >= REQUEST_COUNT && succeeded.has(operationId) && !MAKES.includes(operationId)) continue;
        if (index >= REQUEST_COUNT && succeeded.size === operationsOf(document).length) break;
        const answer = await send(request);
        const wrong = judge(request, answer);
        if (wrong.length > 0)
          throw new Error(
            `FUZZ_SEED=${SEED}: ${wrong.join('; ')}\n${describeRequest(request)}\n${answer.status} ${answer.text.slice(0, 500)}`,
          );
        if (answer.status >= 400) continue;
        succeeded.add(request.operation.operationId);
        if (answer.status === 201) world.note(JSON.parse(answer.text) as Made);
        if (ENDS.includes(request.operation.operationId)) world.forget(request);
      }
      // A fuzzer whose requests all fail early tests nothing.
      expect(
        operationsOf(document)
          .map(({ operationId }) => operationId)
          .filter((id) => !succeeded.has(id)),
      ).toEqual([]);
      expect((await registry.api.get('/health/ready')).status).toBe(200);
    },
    FUZZ_TIMEOUT,
  );
});
