import { handlerRoutesOf, routesOf } from '../../support/routes.js';
import { PERMISSION } from '../../../src/access/authorized.decorator.js';
import { OPERATIONS, pathIn, routeOf, type Place } from './operations.js';
import { useRegistry } from '../../support/use-registry.js';

const PUBLIC = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];

/** Swagger UI's page and files, the document it shows, and what leads there: the same for everybody. */
const DOCUMENTATION = /^\w+ \/(openapi\.json|docs(\/.*)?)?$/;

describe('Every route', () => {
  const { registry, tenant } = useRegistry();
  let place: Place;

  beforeAll(async () => {
    const client = await tenant.createClient();
    place = {
      org_id: tenant.organizationId,
      project_id: tenant.projectId,
      oauth_client_id: client.id,
      secret_id: client.secret_id ?? '',
      subject: tenant.people.viewer,
    };
  });

  it('every route is a controller method, its HEAD, or documentation', () => {
    const handled = handlerRoutesOf(registry.app.nest).map(({ route }) => route);
    const heads = handled
      .filter((route) => route.startsWith('GET '))
      .map((route) => `HEAD ${route.slice(4)}`);
    const unknown = routesOf(registry.app.nest).filter(
      (route) => !handled.includes(route) && !heads.includes(route) && !DOCUMENTATION.test(route),
    );
    expect(unknown).toEqual([]);
  });

  it('every controller method is in the router, and so reachable', () => {
    const routes = routesOf(registry.app.nest);
    const handled = handlerRoutesOf(registry.app.nest).map(({ route }) => route);
    expect(handled.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('every route states that it is public or which permission it needs, and has its row in the tables of these tests', () => {
    const stated = handlerRoutesOf(registry.app.nest).map(
      ({ route, isPublic, permission }) => `${route} needs ${isPublic ? 'nothing' : String(permission)}`,
    );
    const tested = OPERATIONS.map((operation) => `${routeOf(operation)} needs ${operation.permission}`);
    const open = PUBLIC.map((route) => `${route} needs nothing`);
    expect(stated.toSorted()).toEqual([...tested, ...open].toSorted());
  });

  describe.each(OPERATIONS.map((operation) => ({ route: routeOf(operation), ...operation })))(
    '$route',
    ({ method, path, body }) => {
      it(`${method} ${path} asks for a token, and tells a caller without one of no error`, async () => {
        const answer = await registry.api.call(method, pathIn(path, place), { body });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="oauth-client-registry"');
      });

      it(`${method} ${path} refuses a bad token before it looks at path or body`, async () => {
        const nowhere = pathIn(path, { ...place, org_id: 'no-id' });
        const answer = await registry.api.call(method, nowhere, { token: 'garbage', body: body && [] });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
      });
    },
  );

  it.each([...PUBLIC, 'GET /openapi.json', 'GET /docs'])(
    'the public route %s tells nothing of a tenant',
    async (route) => {
      await registry.api.get(tenant.clients, { token: tenant.admin });
      const { status, text } = await registry.api.get(route.slice(4), { token: tenant.admin });
      const ids = [...Object.values(place), ...Object.values(tenant.people)];
      expect([status, ids.filter((id) => text.includes(id))]).toEqual([200, []]);
    },
  );

  it('every route that is not public answers 403 to everybody once it states no permission', async () => {
    const tokens = [tenant.admin, await registry.platform()];
    const routes = handlerRoutesOf(registry.app.nest).filter(({ isPublic }) => !isPublic);
    for (const { route, handler, permission } of routes) {
      const [method = '', path = ''] = route.split(' ');
      Reflect.deleteMetadata(PERMISSION, handler);
      const answers = await Promise.all(
        tokens.map((token) => registry.api.call(method, pathIn(path, place), { token })),
      );
      Reflect.defineMetadata(PERMISSION, permission, handler);
      expect([route, ...answers.map(({ status }) => status)]).toEqual([route, 403, 403]);
    }
  });
});
