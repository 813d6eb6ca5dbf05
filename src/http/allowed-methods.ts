import type { FastifyInstance } from 'fastify';
import { Problem } from '../problem-details/problem.js';

interface Route {
  readonly path: RegExp;
  readonly method: string;
}

/** Answers 405 with `Allow` (RFC 9110, section 15.5.6), before any route, where the path has routes and none for the method. */
export function refuseOtherMethods(fastify: FastifyInstance): void {
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    // Preflights (CORS) are answered on every path, whether there is anything or not.
    if (url === '*') return;
    const path = new RegExp(`^${url.replaceAll(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`);
    routes.push(...[method].flat().map((name) => ({ path, method: name })));
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? wrongMethod(methodsOf(routes, request.url)) : undefined);
  });
}

function methodsOf(routes: readonly Route[], url: string): string[] {
  const path = url.split('?', 1)[0] ?? '';
  return [...new Set(routes.filter((route) => route.path.test(path)).map(({ method }) => method))];
}

function wrongMethod(allowed: string[]): Problem | undefined {
  if (allowed.length === 0) return undefined;
  const allow = allowed.join(', ');
  return new Problem('method_not_allowed', `Use one of: ${allow}.`, { headers: { allow } });
}
