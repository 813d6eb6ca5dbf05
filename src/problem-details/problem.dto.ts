import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_ERRORS } from './problem.js';
import { PROBLEMS, type ProblemCode } from './problems.js';
import { VIOLATION_CODES, type ViolationCode } from './violation-codes.js';

@ApiSchema({ name: 'Violation' })
export class ViolationDto {
  @ApiProperty({
    description: 'JSON pointer (RFC 6901) to the member or query parameter that is wrong.',
    maxLength: 512,
    format: 'json-pointer',
    example: '/redirect_uris/0',
  })
  pointer: string;

  @ApiProperty({
    enum: Object.keys(VIOLATION_CODES),
    description: 'Stable code of the rule that is broken.',
    example: 'redirect_uri_http_not_loopback',
  })
  code: ViolationCode;

  @ApiProperty({
    maxLength: 2_048,
    description: 'What is wrong, and what to do.',
    example:
      'Use https: plain http is only for localhost, names that end in .localhost, 127.0.0.1 and [::1]. ' +
      'Try "https://shop.example.com/callback".',
  })
  detail: string;
}

/** The body of every answer that is not a success: `application/problem+json` (RFC 9457). */
@ApiSchema({ name: 'Problem' })
export class ProblemDto {
  @ApiProperty({
    format: 'uri',
    maxLength: 128,
    description: 'URN of the kind of problem, stable over versions.',
    example: 'urn:oauth-client-registry:problem:validation_failed',
  })
  type: string;

  @ApiProperty({
    maxLength: 128,
    description: 'The kind of problem in words.',
    example: PROBLEMS.validation_failed.title,
  })
  title: string;

  @ApiProperty({
    type: 'integer',
    format: 'int32',
    minimum: 400,
    maximum: 599,
    description: 'The HTTP status.',
    example: 422,
  })
  status: number;

  @ApiProperty({
    maxLength: 2_048,
    description: 'What happened in this case.',
    example: 'One member breaks a rule. See "errors".',
  })
  detail: string;

  @ApiProperty({
    enum: Object.keys(PROBLEMS),
    description: 'The kind of problem for programs.',
    example: 'validation_failed',
  })
  code: ProblemCode;

  @ApiProperty({
    maxLength: 64,
    pattern: '^[A-Za-z0-9._-]+$',
    description: 'Identifies the request in the logs; also in the X-Request-Id header.',
    example: '0f3c7a52-8a7e-4a1c-9a53-6f1f3c0e5f0a',
  })
  request_id: string;

  @ApiProperty({
    type: [ViolationDto],
    required: false,
    maxItems: MAX_ERRORS,
    description: 'Every rule that the request breaks, where the problem is in its members.',
  })
  errors?: ViolationDto[];
}
