import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const IS_PUBLIC = 'auth:isPublic';

/** Opens a route, or all routes of a controller, to callers without a token. Everything else asks for one. */
export const Public = (): CustomDecorator => SetMetadata(IS_PUBLIC, true);
