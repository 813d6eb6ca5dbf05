/** The named properties of an object, and nothing else of it. */
export function pick<T extends object, Name extends keyof T>(from: T, names: Iterable<Name>): Pick<T, Name> {
  const picked = {} as Pick<T, Name>;
  for (const name of names) picked[name] = from[name];
  return picked;
}
