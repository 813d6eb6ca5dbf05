import { IsOptional, registerDecorator } from 'class-validator';

/** What is wrong with one value; `index` points at an item of a list. */
export interface ShapeProblem {
  readonly index?: number;
  readonly code: string;
  readonly detail: string;
}

/** Judges one value of a body or query, by its type and bounds alone. Returns everything that is wrong. */
export type ShapeCheck = (value: unknown) => ShapeProblem[];

/** The name by which `ShapePipe` finds the checks of a class in class-validator's metadata. */
export const SHAPE = 'shape';

/** Puts a shape check on a DTO property. Unless `required`, absent and null are fine: both mean "not given". */
export function Shape(check: ShapeCheck, { required = false } = {}): PropertyDecorator {
  return (target, propertyName) => {
    if (!required) IsOptional()(target, propertyName);
    registerDecorator({
      name: SHAPE,
      target: target.constructor,
      propertyName: String(propertyName),
      options: { context: { check } },
      validator: { validate: (value: unknown) => check(value).length === 0 },
    });
  };
}
