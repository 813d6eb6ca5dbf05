import { isObject, isText, type JsonObject } from './json.js';

/**
 * The code of a system or database error (`ENOENT`, `28P01`), undefined for an error without one. Errors are told by their
 * members and not by their class: under jest, Node's own are instances of another `Error`.
 */
export function codeOf(error: unknown): string | undefined {
  const code = isObject(error) ? error['code'] : undefined;
  return isText(code) ? code : undefined;
}

/** Why `fetch` got no answer: `timeout`, else the outermost code in its error, else the name of what caused it. */
export function fetchFailureOf(error: unknown): string {
  const chain = causesOf(error);
  if (chain.some(({ name }) => name === 'TimeoutError')) return 'timeout';
  const name = chain.at(-1)?.['name'];
  return chain.map(codeOf).find((code) => code !== undefined) ?? (isText(name) ? name : 'unknown');
}

/**
 * The error and what caused it, outermost first: `fetch` wraps what happened in `cause`, and there it may be one error per
 * address that was tried. Of these the first stands for all.
 */
function causesOf(error: unknown): JsonObject[] {
  if (!isObject(error)) return [];
  const { cause, errors } = error;
  return [error, ...causesOf(cause ?? (Array.isArray(errors) ? errors[0] : undefined))];
}
