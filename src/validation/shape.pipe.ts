import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
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
  type ShapeCheck,
} from './shape.decorator.js';
import { pointerToName, unknownParameter } from './unknown-parameter.js';

/** Checks the shape of every body (422) and query (400): known members, their types and bounds. All problems at once. */
@Injectable()
export class ShapePipe implements PipeTransform {
  private readonly checks = new Map<Type, ReadonlyMap<string, ShapeCheck>>();
  private readonly maybeEmpty = new Map<Type, boolean>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const given = value === undefined && mayBeAbsent(metatype) ? {} : value;
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

  /** Null means "not given" on every call, so it is dropped before anything looks. */
  private membersOf(type: string, value: unknown): [string, unknown][] {
    if (!isObject(value)) {
      throw new Problem('bad_request', `The ${type} must be a JSON object.`);
    }
    return Object.entries(value).filter(([, member]) => member !== null);
  }

  private check(
    type: 'body' | 'query',
    members: [string, unknown][],
    metatype: Type,
  ): { instance: object; violations: Violation[] } {
    const checks = this.checksOf(metatype);
    const instance = plainToInstance(
      metatype,
      Object.fromEntries(members.filter(([name]) => checks.has(name))),
    ) as object;
    const unknown = members
      .filter(([name]) => !checks.has(name))
      .map(([name]) =>
        type === 'body' ? refusalOf(name, metatype, checks) : unknownParameter(name, [...checks.keys()]),
      );
    // class-validator takes an instance of a class without checks for an unknown value.
    const errors = checks.size === 0 ? [] : validateSync(instance);
    const wrong = errors.flatMap((error) => violationsOf(error, checks));
    return { instance, violations: [...unknown, ...wrong] };
  }

  /** By member. Looked up in a map, so that `__proto__` and `constructor` are as unknown as any typo. */
  private checksOf(metatype: Type): ReadonlyMap<string, ShapeCheck> {
    const checks = this.checks.get(metatype) ?? readChecks(metatype);
    this.checks.set(metatype, checks);
    return checks;
  }
}

/** The body for the rules, which see the members whose shape is right. */
function withFaults(instance: object, faults: readonly Violation[]): object {
  for (const member of membersIn(faults)) Reflect.deleteProperty(instance, member);
  noteFaults(instance, faults);
  return instance;
}

/** From class-validator's own metadata, which knows what a class inherits. */
function readChecks(metatype: Type): ReadonlyMap<string, ShapeCheck> {
  const shapes = getMetadataStorage()
    .getTargetValidationMetadatas(metatype, '', false, false)
    .filter(({ name }) => name === SHAPE);
  return new Map(
    shapes.map(({ propertyName, context }) => [propertyName, (context as { check: ShapeCheck }).check]),
  );
}

function refusalOf(name: string, metatype: Type, checks: ReadonlyMap<string, ShapeCheck>): Violation {
  const pointer = pointerToName(name);
  if (isReadOnly(name))
    return { pointer, code: 'read_only', detail: 'Is set by the registry and cannot be sent.' };
  const start = name.slice(0, 128);
  const meant = memberKnownAs(metatype, start) ?? spelledOtherwise(start, [...checks.keys()]);
  const hint = meant !== undefined && checks.has(meant) ? `Did you mean ${meant}? ` : '';
  return { pointer, code: 'unknown_member', detail: `${hint}This is not a member of the request.` };
}

/** The member that is the same word in camelCase, with hyphens, in the singular, and so on. */
const spelledOtherwise = (name: string, members: readonly string[]): string | undefined =>
  members.find((member) => lettersOf(member) === lettersOf(name));

function violationsOf(
  { property, value }: ValidationError,
  checks: ReadonlyMap<string, ShapeCheck>,
): Violation[] {
  const pointer = `/${property}`;
  if (value === undefined) return [{ pointer, code: 'required', detail: 'Is required.' }];
  const check = checks.get(property);
  if (!check) throw new Error(`nothing tells what is wrong with ${property}`);
  return check(value).map(({ index, code, detail }) => ({
    pointer: index === undefined ? pointer : `${pointer}/${index}`,
    code,
    detail,
  }));
}
