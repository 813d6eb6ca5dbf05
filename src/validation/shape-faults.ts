import type { Violation } from '../problem-details/violation.js';

const found = new WeakMap<object, readonly Violation[]>();

/** Remembers what is wrong with the shape of a body that is handed on without the members in question. */
export const noteFaults = (body: object, faults: readonly Violation[]): void => {
  found.set(body, faults);
};

/** What is wrong with the shape of a body whose class is `JudgedByRules`: names that are unknown, members of a wrong type or out of bounds. */
export const faultsOf = (body: object): readonly Violation[] => found.get(body) ?? [];

/** The names of the members that the violations are about. */
export const membersIn = (faults: readonly Violation[]): string[] =>
  faults.map(({ pointer }) => pointer.split('/')[1] ?? '');
