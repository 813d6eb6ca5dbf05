import { refusal, type Handler, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraError } from './hydra-error.js';

export type Route = (request: HttpRequest, id: string) => HttpAnswer | Promise<HttpAnswer>;

/** By `METHOD /path`; one segment may be `{id}`. */
export type Routes = Readonly<Record<string, Route>>;

/** Answers as Go's multiplexer does: plain text where there is no such path, and where there is no such method. */
export function router(routes: Routes): Handler {
  const table = Object.entries(routes).map(([name, route]) => {
    const [method = '', path = ''] = name.split(' ');
    return { method, pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`), route };
  });
  return async (request) => {
    const known = table.filter(({ pattern }) => pattern.test(request.path));
    const match = known.find(({ method }) => method === request.method);
    if (known.length === 0) return plain(404, '404 page not found\n');
    if (!match) return plain(405, 'Method Not Allowed\n');
    const id = decodeURIComponent(match.pattern.exec(request.path)?.[1] ?? '');
    try {
      return await match.route(request, id);
    } catch (error) {
      if (error instanceof HydraError) return refusal(error);
      throw error;
    }
  };
}

const plain = (status: number, body: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});
