import { registerDecorator } from 'class-validator';
import type { ViolationCode } from '../problem-details/violation-codes.js';

/** What is wrong with one value; `index` points at an item of a list. */
export interface ShapeProblem {
  readonly index?: number;
  readonly code: ViolationCode;
  readonly detail: string;
}

/** Judges one value of a body or query, by its type and bounds alone. Returns everything that is wrong. */
export type ShapeCheck = (value: unknown) => ShapeProblem[];

/** What is known of the shape of a property. */
export interface ShapeOfMember {
  readonly check: ShapeCheck;
  readonly required: boolean;
}

/** The name by which `ShapePipe` finds the checks of a class in class-validator's metadata. */
export const SHAPE = 'shape';

/** Puts a shape check on a DTO property. Unless `required`, absent and null are fine: both mean "not given". */
export function Shape(check: ShapeCheck, { required = false } = {}): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: SHAPE,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { context: { check, required } satisfies ShapeOfMember },
      validator: { validate: (value: unknown) => check(value).length === 0 },
    });
  };
}

const optionalBodies = new WeakSet<object>();

/** Marks the class of a body that may be left out or null, as generated clients for Java send it: both mean the same as `{}`. */
export const MayBeAbsent: ClassDecorator = (target) => {
  optionalBodies.add(target);
};

export const mayBeAbsent = (metatype: object): boolean => optionalBodies.has(metatype);

const judgedByRules = new WeakSet<object>();

/**
 * Marks the class of a body whose members are judged by rules too. `ShapePipe` lets it pass with its faults, and whoever applies
 * the rules tells `faultsOf` with what they find: so the first answer names everything that is wrong.
 */
export const JudgedByRules: ClassDecorator = (target) => {
  judgedByRules.add(target);
};

export const isJudgedByRules = (metatype: object): boolean => judgedByRules.has(metatype);

const readOnlyMembers = new Set<string>();

/**
 * Names the members of an answer that no caller can set. In any body or query, and not only in those of the same resource,
 * they are told apart from typos (`read_only`): callers send back what they were answered.
 */
export const ReadOnly = (...members: readonly string[]): ClassDecorator => {
  for (const member of members) readOnlyMembers.add(member);
  return () => undefined;
};

/** Whether some class names the member `ReadOnly`. */
export const isReadOnly = (member: string): boolean => readOnlyMembers.has(member);

const otherNames = new WeakMap<object, ReadonlyMap<string, string>>();

/**
 * Names that callers know the members of a request by, from other APIs: they are not taken, and the violation says which member
 * is meant. A name whose member the request does not have is an unknown name like any other.
 */
export const AlsoKnownAs =
  (names: Readonly<Record<string, string>>): ClassDecorator =>
  (target) => {
    otherNames.set(target, new Map(Object.entries(names).map(([name, member]) => [lettersOf(name), member])));
  };

/** The member that `AlsoKnownAs` gives for a name in a request of this class, however its words are joined. */
export const memberKnownAs = (target: object, name: string): string | undefined =>
  otherNames.get(target)?.get(lettersOf(name));

/** The letters and digits of a name: the same for names that differ only in case, in what joins their words, or in a plural. */
export const lettersOf = (name: string): string =>
  name
    .replace(/[^a-z\d]/gi, '')
    .toLowerCase()
    .replace(/s$/, '');
