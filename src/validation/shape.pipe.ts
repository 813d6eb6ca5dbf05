import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import { isObject } from '../lib/json.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { membersIn, noteFaults } from './shape-faults.js';
import {
  isJudgedByRules,
  isReadOnly,
  lettersOf,
  mayBeAbsent,
  memberKnownAs,
  SHAPE,
  type ShapeOfMember,
} from './shape.decorator.js';
import { pointerToName, unknownParameter } from './unknown-parameter.js';

/** The checks of a class by member, in the order in which their violations are told. */
type Shapes = ReadonlyMap<string, ShapeOfMember>;

/**
 * Checks the shape of every body and query: known members, their types and bounds.
 *
 * @throws Problem 422 for a body, 400 for a query, with every violation; 400 for what is no JSON object
 */
@Injectable()
export class ShapePipe implements PipeTransform {
  private readonly shapes = new Map<Type, Shapes>();
  private readonly maybeEmpty = new Map<Type, boolean>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const given = mayBeAbsent(metatype) ? (value ?? {}) : value;
    const members = this.membersOf(type, given);
    // Fast path: most calls have no query.
    if (members.length === 0 && this.mayBeEmpty(type, metatype)) return new metatype() as object;
    const { instance, violations } = this.check(type, members, metatype);
    if (violations.length === 0) return instance;
    if (type === 'body' && isJudgedByRules(metatype)) return withFaults(instance, violations);
    if (type === 'body') throw Problem.validationFailed(violations);
    throw new Problem('bad_request', 'A query parameter is wrong. See "errors".', { errors: violations });
  }

  /** Whether the class requires nothing. */
  private mayBeEmpty(type: 'body' | 'query', metatype: Type): boolean {
    const known = this.maybeEmpty.get(metatype) ?? this.check(type, [], metatype).violations.length === 0;
    this.maybeEmpty.set(metatype, known);
    return known;
  }

  private membersOf(type: string, value: unknown): [string, unknown][] {
    if (!isObject(value)) {
      throw new Problem('bad_request', `The ${type} must be a JSON object.`);
    }
    return Object.entries(value);
  }

  private check(
    type: 'body' | 'query',
    members: [string, unknown][],
    metatype: Type,
  ): { instance: object; violations: Violation[] } {
    const shapes = this.shapesOf(metatype);
    // Null means "not given" on every call, so no check sees it. An unknown name is a mistake with any value.
    const known = Object.fromEntries(members.filter(([name, value]) => shapes.has(name) && value !== null));
    const unknown = members
      .filter(([name]) => !shapes.has(name))
      .map(([name]) =>
        type === 'body' ? unknownMember(name, metatype, shapes) : unknownParameter(name, [...shapes.keys()]),
      );
    const instance = plainToInstance(metatype, known) as object;
    return { instance, violations: [...unknown, ...violationsOf(known, shapes)] };
  }

  /** The checks of a class. They stand in a map, so that `__proto__` and `constructor` are as unknown as any typo. */
  private shapesOf(metatype: Type): Shapes {
    const shapes = this.shapes.get(metatype) ?? readShapes(metatype);
    this.shapes.set(metatype, shapes);
    return shapes;
  }
}

/** The body for the rules, which see the members whose shape is right. */
function withFaults(instance: object, faults: readonly Violation[]): object {
  for (const member of membersIn(faults)) Reflect.deleteProperty(instance, member);
  noteFaults(instance, faults);
  return instance;
}

/** From class-validator's own metadata, which knows what a class inherits. */
function readShapes(metatype: Type): Shapes {
  const found = getMetadataStorage()
    .getTargetValidationMetadatas(metatype, '', false, false)
    .filter(({ name }) => name === SHAPE);
  return new Map(found.map(({ propertyName, context }) => [propertyName, context as ShapeOfMember]));
}

function unknownMember(name: string, metatype: Type, shapes: Shapes): Violation {
  const pointer = pointerToName(name);
  if (isReadOnly(name))
    return { pointer, code: 'read_only', detail: 'Is set by the registry: leave it out.' };
  const start = name.slice(0, 128);
  const meant = memberKnownAs(metatype, start) ?? spelledOtherwise(start, [...shapes.keys()]);
  const hint = meant !== undefined && shapes.has(meant) ? `Did you mean ${meant}? ` : '';
  return {
    pointer,
    code: 'unknown_member',
    detail: `${hint}This is not a member of the request: correct or remove it.`,
  };
}

/** The member that is the same word in camelCase, with hyphens, in the singular, and so on. */
const spelledOtherwise = (name: string, members: readonly string[]): string | undefined =>
  members.find((member) => lettersOf(member) === lettersOf(name));

function violationsOf(given: Readonly<Record<string, unknown>>, shapes: Shapes): Violation[] {
  const found: Violation[] = [];
  for (const [name, { check, required }] of shapes) {
    const pointer = `/${name}`;
    if (!Object.hasOwn(given, name)) {
      if (required) found.push({ pointer, code: 'required', detail: 'Is required.' });
      continue;
    }
    for (const { index, ...problem } of check(given[name]))
      found.push({ pointer: index === undefined ? pointer : `${pointer}/${index}`, ...problem });
  }
  return found;
}
