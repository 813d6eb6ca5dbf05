import { SetMetadata, type CustomDecorator } from '@nestjs/common';

export const MAKES_SECRET = 'rate-limit:makesSecret';

/** The route makes a secret each time: a stricter limit holds beside the common one. */
export const MakesSecret = (): CustomDecorator => SetMetadata(MAKES_SECRET, true);
