import type { ViolationCode } from '../problem-details/violation-codes.js';
import type { ShapeCheck, ShapeProblem } from './shape.decorator.js';
import { characterProblem, hasVisibleCharacter } from './text-for-people.js';

const problem = (code: ViolationCode, detail: string): ShapeProblem[] => [{ code, detail }];

interface TextBounds {
  /** With 0 the text may be empty; with 1 it needs a visible character. */
  readonly min: number;
  readonly max: number;
  readonly lineBreaks?: boolean;
}

/** Text for people. Lengths count Unicode code points, as PostgreSQL does. */
export function text({ min, max, lineBreaks }: TextBounds): ShapeCheck {
  return (value) => {
    if (typeof value !== 'string') return problem('invalid_type', 'Must be a string.');
    const wrong = characterProblem(value, { lineBreaks });
    if (wrong !== null) return problem('invalid_characters', wrong);
    if (min > 0 && !hasVisibleCharacter(value)) {
      return problem('too_short', 'Must have a visible character.');
    }
    const length = value.length > max ? Array.from(value).length : value.length;
    if (length > max) return problem('too_long', `Must be at most ${max} characters long.`);
    return [];
  };
}

/** A string for machines, whose grammar a rule judges later. */
export function token({ max }: { max: number }): ShapeCheck {
  return (value) => {
    if (typeof value !== 'string') return problem('invalid_type', 'Must be a string.');
    if (value.length > max) return problem('too_long', `Must be at most ${max} characters long.`);
    return [];
  };
}

export const boolean: ShapeCheck = (value) =>
  typeof value === 'boolean' ? [] : problem('invalid_type', 'Must be true or false.');

export function integer({ min, max }: { min: number; max: number }): ShapeCheck {
  return (value) => {
    if (typeof value !== 'number') return problem('invalid_type', 'Must be a number.');
    return Number.isInteger(value) && value >= min && value <= max
      ? []
      : problem('out_of_range', `Must be a whole number from ${min} to ${max}.`);
  };
}

export function oneOf(allowed: readonly string[]): ShapeCheck {
  const values: readonly unknown[] = allowed;
  return (value) =>
    values.includes(value) ? [] : problem('not_allowed', `Must be one of: ${allowed.join(', ')}.`);
}

/** A list whose items each pass `item`. Duplicates are found by the rules that know what equality means. */
export function listOf(item: ShapeCheck, { min = 0, max }: { min?: number; max: number }): ShapeCheck {
  return (value) => {
    if (!Array.isArray(value)) return problem('invalid_type', 'Must be a list.');
    if (value.length > max) return problem('too_many', `Must have at most ${max} items.`);
    if (value.length < min)
      return problem('too_few', `Must have at least ${min} item${min === 1 ? '' : 's'}.`);
    return value.flatMap((entry: unknown, index) => item(entry).map((found) => ({ ...found, index })));
  };
}

/** A whole number written in a query string. */
export function integerText({ min, max }: { min: number; max: number }): ShapeCheck {
  return (value) => {
    const number = typeof value === 'string' && /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max
      ? []
      : problem('out_of_range', `Must be a whole number from ${min} to ${max}.`);
  };
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** A moment as RFC 3339 writes it, with as many digits of a second as `max` characters hold. */
export function dateTime({ max }: { max: number }): ShapeCheck {
  return (value) =>
    typeof value === 'string' &&
    value.length <= max &&
    RFC_3339.test(value) &&
    !Number.isNaN(Date.parse(value))
      ? []
      : problem('invalid_type', 'Must be a date and time of RFC 3339.');
}
