import { randomUUID } from 'node:crypto';
import { TestRegistry } from '../../support/registry.js';
import { attempt } from './attempt.js';
import { makeCallers, makeWorld, type Callers, type World } from './callers.js';
import { MEMBERSHIP_OPERATIONS, PROVISIONING_OPERATIONS, type Place } from './operations.js';

const all = (status: number): string => Array<number>(6).fill(status).join(' ');

/** The lists of the caller's own organizations and of one organization's projects, and the six calls of the platform. */
const EXPECTED = [
  // caller, lists (organizations, projects), provisioning
  ['no token', '401 401', all(401)],
  ['a garbage token', '401 401', all(401)],

  ['admin', '200 200', all(403)],
  ['developer', '200 200', all(403)],
  ['viewer', '200 200', all(403)],
  ['admin by Kratos session', '200 200', all(403)],
  ['developer by Kratos session', '200 200', all(403)],
  ['viewer by Kratos session', '200 200', all(403)],
  ['admin with scope read', '200 200', all(403)],
  ['admin with scope write', '403s 403s', all(403)],
  ['admin without scope', '403s 403s', all(403)],
  ['admin with scope registry:admin', '403s 403s', all(403)],
  ['viewer with scope write', '403s 403s', all(403)],

  ['stranger', '200 404', all(404)],
  ['stranger without scope', '403s 404', all(404)],
  ['stranger by Kratos session', '200 404', all(404)],
  ['admin of another tenant', '200 404', all(404)],
  ['admin of another tenant by Kratos session', '200 404', all(404)],
  ['removed admin', '200 404', all(404)],
  ['removed admin by Kratos session', '200 404', all(404)],

  ["admin through the project's client", '200 200', all(403)],
  ["viewer through the project's client", '200 200', all(403)],
  ["admin through the project's client without scope", '403s 403s', all(403)],
  ["stranger through the project's client", '200 404', all(404)],
  ["admin of another tenant through the project's client", '200 404', all(404)],
  ["admin through another project's client", '200 200', all(403)],
  ["admin through another tenant's client", '200 404', all(404)],
  ['admin through a disabled client', '200 404', all(404)],
  ['admin through a deleted client', '200 404', all(404)],
  ['admin through an unknown client', '200 404', all(404)],
  ['admin through an unknown client without scope', '403s 404', all(404)],

  ['machine', '200 200', all(404)],
  ['machine with scope read', '200 200', all(404)],
  ['machine with scope write', '403s 403s', all(404)],
  ['machine without scope', '403s 403s', all(404)],
  ['machine with scope registry:admin', '403s 403s', all(404)],
  ['machine of another project', '200 200', all(404)],
  ['machine of another tenant', '200 404', all(404)],
  ['disabled machine', '200 404', all(404)],
  ['deleted machine', '200 404', all(404)],
  ['deleted machine with scope registry:admin', '403s 404', all(404)],
  ['machine of an unknown client', '200 404', all(404)],
  ['machine of a first-party client', '200 404', all(404)],
] as const;

const PLATFORM = [
  ['the platform', '403s 404'],
  ['the platform with all scopes', '200 404'],
] as const;

describe('Organizations, projects and members', () => {
  let world: World;
  let callers: Callers;

  beforeAll(async () => {
    world = await makeWorld(await TestRegistry.start());
    callers = await makeCallers(world);
  });
  afterAll(() => world.registry.stop());

  const placeOf = ({ organizationId, projectId, people }: World['tenant']): Place => ({
    org_id: organizationId,
    project_id: projectId,
    oauth_client_id: '',
    subject: people.viewer,
  });

  it('has a row for every caller', () => {
    const rows = [...EXPECTED, ...PLATFORM].map(([caller]) => caller);
    expect(rows.toSorted()).toEqual(Object.keys(callers).toSorted());
  });

  it.each(EXPECTED)(
    'answers %s with %s, and refuses to provision with %s',
    async (caller, lists, refusals) => {
      const one = { token: callers[caller], place: placeOf(world.tenant) };
      expect(await attempt(world.registry, MEMBERSHIP_OPERATIONS, one)).toBe(lists);
      expect(await attempt(world.registry, PROVISIONING_OPERATIONS, one)).toBe(refusals);
    },
  );

  it.each(PLATFORM)('answers %s with %s, and lets it provision', async (caller, lists) => {
    const one = { token: callers[caller], place: placeOf(await world.registry.tenant()) };
    expect(await attempt(world.registry, MEMBERSHIP_OPERATIONS, one)).toBe(lists);
    expect(await attempt(world.registry, PROVISIONING_OPERATIONS, one)).toBe('200 200 200 204 204 204');
  });

  it.each(['admin', 'admin with scope registry:admin', 'machine', 'machine with scope registry:admin'])(
    'answers %s with 404 for the organization of others and for one that nobody has',
    async (caller) => {
      const { projects } = MEMBERSHIP_OPERATIONS;
      for (const org_id of [world.otherTenant.organizationId, randomUUID()]) {
        const one = { token: callers[caller], place: { ...placeOf(world.otherTenant), org_id } };
        expect(await attempt(world.registry, { projects }, one)).toBe('404');
        expect(await attempt(world.registry, PROVISIONING_OPERATIONS, one)).toBe(all(404));
      }
    },
  );
});
