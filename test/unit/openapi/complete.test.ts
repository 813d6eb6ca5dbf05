import type { OpenAPIObject } from '@nestjs/swagger';
import { complete } from '../../../src/app/openapi/complete.js';

const PATH = '/v1/organizations/{org_id}/members/{subject}';

const OPERATION = {
  operationId: 'putThing',
  summary: 'Put a thing',
  description: 'Puts it.',
  tags: ['Provisioning'],
  parameters: [
    { name: 'If-Match', in: 'header' },
    { name: 'subject', in: 'path', required: true, schema: { type: 'string' } },
  ],
  requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/PutThing' } } } },
  responses: { 200: { description: 'The thing.' }, 409: { description: '' } },
};
const THING = {
  type: 'object',
  properties: { role: { type: ['string', 'null'], enum: ['viewer', 'developer', 'admin', null] } },
};

// As much of a document as is completed: the cast stands for the rest.
const completed = (operation: object = {}, path = PATH, thing: object = THING) =>
  complete({
    openapi: '3.1.0',
    info: { title: 'Things', version: '1' },
    paths: { [path]: { put: { ...OPERATION, ...operation } } },
    components: { schemas: { PutThing: thing } },
  } as unknown as OpenAPIObject);

const operationOf = (document: OpenAPIObject) => document.paths[PATH]?.put;

describe('the completion of the API description', () => {
  it('the completed API description has path parameters in the order of the path, before all others', () => {
    const names = operationOf(completed())?.parameters?.map(
      (parameter) => 'name' in parameter && parameter.name,
    );
    expect(names).toEqual(['org_id', 'subject', 'If-Match']);
  });

  it('the completed API description refers to one named response for each problem, and to one for all others', () => {
    expect(operationOf(completed())?.responses).toMatchObject({
      200: { headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } } },
      409: { $ref: '#/components/responses/Conflict' },
      429: { $ref: '#/components/responses/TooManyRequests' },
      default: { $ref: '#/components/responses/Problem' },
    });
  });

  it('the completed API description closes the schemas of bodies and gives every enum its name', () => {
    expect(completed().components?.schemas).toMatchObject({
      PutThing: {
        additionalProperties: false,
        properties: { role: { anyOf: [{ $ref: '#/components/schemas/Role' }, { type: 'null' }] } },
      },
      Role: { type: 'string', enum: ['viewer', 'developer', 'admin'] },
    });
  });

  it.each([
    ['an operation without an id', () => completed({ operationId: '' }), /has no operationId/],
    ['an operation without a summary', () => completed({ summary: undefined }), /has no summary/],
    ['an operation without a description', () => completed({ description: '' }), /has no description/],
    ['an operation without a tag', () => completed({ tags: [] }), /@ApiTags/],
    [
      'an operation without an answer',
      () => completed({ responses: { 404: { description: '' } } }),
      /no answer/,
    ],
    ['a path parameter that nobody describes', () => completed({}, '/v1/things/{thing_id}'), /thing_id/],
    [
      'a status that no problem has',
      () => completed({ responses: { ...OPERATION.responses, 418: {} } }),
      /418/,
    ],
    [
      'an enum without a name',
      () => completed({}, PATH, { properties: { colour: { type: 'string', enum: ['red', 'blue'] } } }),
      /An enum has no name: add \["red","blue"\]/,
    ],
  ])('an incomplete description is refused: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
