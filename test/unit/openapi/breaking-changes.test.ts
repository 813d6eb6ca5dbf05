import { readFileSync } from 'node:fs';
import type { OpenApiDocument } from '../../fuzz/openapi.js';
import { announcesBreakingChanges, breakingChanges } from './breaking-changes.js';
import { committed } from './document.js';

/** As it was when the last version was released. Whoever releases one puts its document there. */
const released = JSON.parse(
  readFileSync(`${import.meta.dirname}/../../../docs/released/openapi.json`, 'utf8'),
) as OpenApiDocument;

const LIST = '/v1/organizations/{org_id}/projects/{project_id}/oauth-clients';

type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- documents are mutilated here on purpose

/** The document with a change. */
function changed(change: (document: Json) => void): OpenApiDocument {
  // Mutilated in between: no document while it is.
  const copy = structuredClone(committed) as unknown as Json;
  change(copy);
  return copy as unknown as OpenApiDocument;
}

describe('the API description', () => {
  it('the API description breaks nothing that the last release promised, unless its version says so', () => {
    const changes = breakingChanges(released, committed);
    const isAnnounced = announcesBreakingChanges(released.info.version, committed.info.version);
    expect(isAnnounced ? [] : changes).toEqual([]);
  });

  it('the API description has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(committed.info.version).toBe(version);
  });
});

describe('the comparison of two documents', () => {
  it('the comparison of two documents finds nothing where nothing has changed', () => {
    expect(breakingChanges(committed, committed)).toEqual([]);
  });

  it.each<[string, (document: Json) => void]>([
    ['a new operation', ({ paths }) => (paths['/v2'] = { get: { ...paths[LIST].get, operationId: 'new' } })],
    [
      'a new optional parameter',
      ({ paths }) => paths[LIST].get.parameters.push({ name: 'q', in: 'query', schema: {} }),
    ],
    ['a new member of a request', ({ components }) => (components.schemas.PutProject.properties.colour = {})],
    [
      'a new member of an answer',
      ({ components }) => (components.schemas.OAuthClient.properties.colour = {}),
    ],
    [
      'a wider bound of a request',
      ({ components }) => (components.schemas.PutProject.properties.name.maxLength = 500),
    ],
    ['a new code of a violation', ({ components }) => components.schemas.ViolationCode.enum.push('other')],
    ['another text', ({ paths }) => (paths[LIST].get.description = 'Lists them.')],
  ])('the comparison of two documents lets pass %s', (_, change) => {
    expect(breakingChanges(committed, changed(change))).toEqual([]);
  });

  it.each<[string, RegExp, (document: Json) => void]>([
    ['an operation that is gone', /GET .*oauth-clients is gone/, ({ paths }) => delete paths[LIST].get],
    ['another operation id', /is called other now/, ({ paths }) => (paths[LIST].get.operationId = 'other')],
    ['a parameter that is gone', /limit is gone/, ({ paths }) => paths[LIST].get.parameters.splice(2, 1)],
    [
      'a new required parameter',
      /q is new and required/,
      ({ paths }) => paths[LIST].get.parameters.push({ name: 'q', in: 'query', required: true, schema: {} }),
    ],
    [
      'a member of a request that is gone',
      /body\/name is gone/,
      ({ components }) => delete components.schemas.PutProject.properties.name,
    ],
    [
      'a member of a request that is required now',
      /body\/scopes is required now/,
      ({ components }) => components.schemas.CreateOAuthClient.required.push('scopes'),
    ],
    [
      'a narrower bound of a request',
      /body\/name has a narrower maxLength/,
      ({ components }) => (components.schemas.PutProject.properties.name.maxLength = 10),
    ],
    [
      'a value that a request may not have any more',
      /body\/role and the value "viewer"/,
      ({ components }) => components.schemas.Role.enum.shift(),
    ],
    [
      'a member of an answer that is gone',
      /200\/modified is gone/,
      ({ components }) => delete components.schemas.OAuthClient.properties.modified,
    ],
    [
      'a member of an answer that may be missing',
      /201\/\w+ may be missing now/,
      ({ components }) => components.schemas.OAuthClient.required.splice(10, 1),
    ],
    [
      'an answer that may be null',
      /200\/name and null/,
      ({ components }) => (components.schemas.OAuthClient.properties.name.type = ['string', 'null']),
    ],
    [
      'a value of an answer that was never there',
      /sync_status and the value "lost"/,
      ({ components }) => components.schemas.SyncStatus.enum.push('lost'),
    ],
    [
      'a header that is gone',
      /201 has no Location/,
      ({ paths }) => delete paths[LIST].post.responses[201].headers.Location,
    ],
    ['another status', /answers 201 no more/, ({ paths }) => delete paths[LIST].post.responses[201]],
  ])('the comparison of two documents finds %s', (_, message, change) => {
    expect(breakingChanges(committed, changed(change)).join('\n')).toMatch(message);
  });

  it.each([
    ['0.1.0', '0.1.1', false],
    ['0.1.0', '0.2.0', true],
    ['1.2.0', '1.3.0', false],
    ['1.2.0', '2.0.0', true],
  ])('a release after %s that is called %s may break things: %s', (before, after, announced) => {
    expect(announcesBreakingChanges(before, after)).toBe(announced);
  });
});
