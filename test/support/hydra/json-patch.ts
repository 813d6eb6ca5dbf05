import { unrecognizable } from './hydra-error.js';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * What Hydra makes of a client with a JSON Patch (RFC 6902). It knows `add`, `replace` and `remove`, makes the objects on a
 * path that are not there, and has no name for all that is wrong with a patch.
 */
export function patched(client: Json, body: string): Json {
  return operationsIn(body).reduce<Json>(apply, client);
}

function operationsIn(body: string): unknown[] {
  try {
    const operations: unknown = JSON.parse(body);
    if (Array.isArray(operations)) return operations;
  } catch {
    // What is no JSON is answered like what is no list.
  }
  throw unrecognizable();
}

function apply(client: Json, operation: unknown): Json {
  const { op, path, value } = isObject(operation) ? operation : {};
  if (typeof path !== 'string' || !path.startsWith('/')) throw unrecognizable();
  const names = path
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (op === 'add' || op === 'replace') return written(client, names, value);
  if (op === 'remove') return without(client, names);
  throw unrecognizable();
}

function written(target: unknown, [name = '', ...rest]: readonly string[], value: unknown): Json {
  // Hydra makes an object of null, and of nothing else.
  const object = target ?? {};
  if (!isObject(object)) throw unrecognizable();
  return { ...object, [name]: rest.length === 0 ? value : written(object[name], rest, value) };
}

function without(target: unknown, [name = '', ...rest]: readonly string[]): Json {
  if (!isObject(target) || !(name in target)) throw unrecognizable();
  const { [name]: member, ...others } = target;
  return rest.length === 0 ? others : { ...others, [name]: without(member, rest) };
}
