import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ADVICE_SEVERITIES, type AdviceSeverity } from '../advice/advice-kind.js';
import { ADVICE, type Advice, type AdviceCode } from '../advice/advice.js';

export const ADVICE_EXAMPLE: Advice = {
  code: 'pkce_off_beside_secret',
  severity: ADVICE.pkce_off_beside_secret.severity,
  pointer: '/pkce_required',
  detail: 'Without PKCE an authorization code that leaks can be injected into the session of another person.',
  remedy: ADVICE.pkce_off_beside_secret.remedy,
  reference: ADVICE.pkce_off_beside_secret.reference,
};

/** Something about a client that is allowed and could be better. */
@ApiSchema({ name: 'Advice' })
export class AdviceDto implements Advice {
  @ApiProperty({
    enum: Object.keys(ADVICE),
    description: 'Stable code, explained in `docs/advice.md`. New versions bring new ones.',
    example: ADVICE_EXAMPLE.code,
  })
  code: AdviceCode;

  @ApiProperty({
    enum: [...ADVICE_SEVERITIES],
    description:
      '`info`: good to know. `warning`: will cause trouble one day. `risk`: makes an attack easier.',
    example: ADVICE_EXAMPLE.severity,
  })
  severity: AdviceSeverity;

  @ApiProperty({
    maxLength: 512,
    format: 'json-pointer',
    description: 'JSON pointer (RFC 6901) to the member of the client that it is about.',
    example: ADVICE_EXAMPLE.pointer,
  })
  pointer: string;

  @ApiProperty({
    maxLength: 512,
    description: 'What could be better.',
    example: ADVICE_EXAMPLE.detail,
  })
  detail: string;

  @ApiProperty({ maxLength: 512, description: 'What to do.', example: ADVICE_EXAMPLE.remedy })
  remedy: string;

  @ApiProperty({
    maxLength: 128,
    description: 'An RFC and its section, or a page of ours.',
    example: ADVICE_EXAMPLE.reference,
  })
  reference: string;
}
