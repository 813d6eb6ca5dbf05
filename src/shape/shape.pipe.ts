import { Injectable, type ArgumentMetadata, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { SHAPE, type ShapeCheck } from './shape.decorator.js';

/** Members of a representation that a caller cannot set; told apart from typos in the answer. */
const READ_ONLY = new Set(
  'id client_id organization_id project_id created modified client_secret sync_status sync_problem'.split(
    ' ',
  ),
);

/** Checks the shape of every body (422) and query (400): known members, their types and bounds. All problems at once. */
@Injectable()
export class ShapePipe implements PipeTransform {
  private readonly known = new Map<Type, ReadonlySet<string>>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (!metatype || (type !== 'body' && type !== 'query')) return value;
    const members = this.membersOf(type, value);
    const { instance, violations } = this.check(members, metatype);
    if (violations.length === 0) return instance;
    if (type === 'body') throw Problem.validationFailed(violations);
    throw new Problem('bad_request', 'A query parameter is wrong. See "errors".', { errors: violations });
  }

  /** Null means "not given" on every call, so it is dropped before anything looks. */
  private membersOf(type: string, value: unknown): [string, unknown][] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Problem('bad_request', `The ${type} must be a JSON object.`);
    }
    return Object.entries(value).filter(([, member]) => member !== null);
  }

  private check(members: [string, unknown][], metatype: Type): { instance: object; violations: Violation[] } {
    const known = this.knownMembersOf(metatype);
    const instance = plainToInstance(
      metatype,
      Object.fromEntries(members.filter(([name]) => known.has(name))),
    ) as object;
    const unknown = members.filter(([name]) => !known.has(name)).map(([name]) => refusalOf(name));
    return { instance, violations: [...unknown, ...validateSync(instance).flatMap(violationsOf)] };
  }

  /** From class-validator's own metadata. Looked up in a set, so that `__proto__` and `constructor` are as unknown as any typo. */
  private knownMembersOf(metatype: Type): ReadonlySet<string> {
    const known =
      this.known.get(metatype) ??
      new Set(
        getMetadataStorage()
          .getTargetValidationMetadatas(metatype, '', false, false)
          .map((metadata) => metadata.propertyName),
      );
    this.known.set(metatype, known);
    return known;
  }
}

function refusalOf(name: string): Violation {
  const pointer = `/${name.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return READ_ONLY.has(name)
    ? { pointer, code: 'read_only', detail: 'Is set by the registry and cannot be sent.' }
    : { pointer, code: 'unknown_member', detail: 'Is not a member of this request.' };
}

function violationsOf(error: ValidationError): Violation[] {
  const pointer = `/${error.property}`;
  if (error.value === undefined) return [{ pointer, code: 'required', detail: 'Is required.' }];
  const shape = error.contexts?.[SHAPE] as { check: ShapeCheck } | undefined;
  return (shape?.check(error.value) ?? []).map(({ index, code, detail }) => ({
    pointer: index === undefined ? pointer : `${pointer}/${index}`,
    code,
    detail,
  }));
}
