import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { isObject } from '../lib/json.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { isReadOnly, mayBeAbsent, SHAPE, type ShapeCheck } from './shape.decorator.js';

/** Checks the shape of every body (422) and query (400): known members, their types and bounds. All problems at once. */
@Injectable()
export class ShapePipe implements PipeTransform {
  private readonly checks = new Map<Type, ReadonlyMap<string, ShapeCheck>>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const given = value === undefined && mayBeAbsent(metatype) ? {} : value;
    const { instance, violations } = this.check(this.membersOf(type, given), metatype);
    if (violations.length === 0) return instance;
    if (type === 'body') throw Problem.validationFailed(violations);
    throw new Problem('bad_request', 'A query parameter is wrong. See "errors".', { errors: violations });
  }

  /** Null means "not given" on every call, so it is dropped before anything looks. */
  private membersOf(type: string, value: unknown): [string, unknown][] {
    if (!isObject(value)) {
      throw new Problem('bad_request', `The ${type} must be a JSON object.`);
    }
    return Object.entries(value).filter(([, member]) => member !== null);
  }

  private check(members: [string, unknown][], metatype: Type): { instance: object; violations: Violation[] } {
    const checks = this.checksOf(metatype);
    const instance = plainToInstance(
      metatype,
      Object.fromEntries(members.filter(([name]) => checks.has(name))),
    ) as object;
    const unknown = members.filter(([name]) => !checks.has(name)).map(([name]) => refusalOf(name));
    const wrong = validateSync(instance).flatMap((error) => violationsOf(error, checks));
    return { instance, violations: [...unknown, ...wrong] };
  }

  /** By member. Looked up in a map, so that `__proto__` and `constructor` are as unknown as any typo. */
  private checksOf(metatype: Type): ReadonlyMap<string, ShapeCheck> {
    const checks = this.checks.get(metatype) ?? readChecks(metatype);
    this.checks.set(metatype, checks);
    return checks;
  }
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

function refusalOf(name: string): Violation {
  const pointer = `/${name.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return isReadOnly(name)
    ? { pointer, code: 'read_only', detail: 'Is set by the registry and cannot be sent.' }
    : { pointer, code: 'unknown_member', detail: 'Is not a member of this request.' };
}

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
