/** One operation of a JSON Patch (RFC 6902). Hydra knows `add`, which replaces what is there, `replace` and `remove`. */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

export const add = (path: string, value: unknown): PatchOperation => ({ op: 'add', path, value });
