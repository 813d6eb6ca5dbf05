import { SetMetadata, type CanActivate, type CustomDecorator, type Type } from '@nestjs/common';

export const WITHOUT_TOKEN = 'auth:withoutToken';

/** True where anybody may call; else the guard that proves in another way who calls. */
export type WithoutToken = true | Type<CanActivate>;

/** Opens a route, or all routes of a controller, to callers without a token. Everything else asks for one. */
export const Public = (): CustomDecorator => SetMetadata(WITHOUT_TOKEN, true);

/**
 * Lets a guard authenticate callers in the place of a token: first of all, as what comes later reads the body. Nest would run a
 * guard that `UseGuards` names after that.
 */
export const AuthenticatedBy = (guard: Type<CanActivate>): CustomDecorator =>
  SetMetadata(WITHOUT_TOKEN, guard);
