import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ASSIGNABLE_KINDS, type Assignable, type AssignableScope } from '../model/assignable.js';
import { LIMITS } from '../model/oauth-client.limits.js';

/** Far above what an operator lists. */
const MAX_LISTED = 10_000;

const KIND = {
  type: String,
  enum: [...ASSIGNABLE_KINDS],
  description:
    '`name`: exactly this one. `pattern`: all that begin with the text before the final `*`, are longer than it ' +
    'and have no `*`; `*` alone stands for all.',
  example: 'pattern',
};

@ApiSchema({ name: 'AssignableScope' })
export class AssignableScopeDto implements AssignableScope {
  @ApiProperty({
    maxLength: LIMITS.scope,
    description: 'A scope, or a pattern of scopes.',
    example: 'orders:*',
  })
  value: string;

  @ApiProperty(KIND)
  kind: Assignable['kind'];

  @ApiProperty({
    description:
      'Whether a client that holds it is privileged: only an admin may give it, and manage the client.',
    example: false,
  })
  privileged: boolean;
}

@ApiSchema({ name: 'AssignableScopeList' })
export class AssignableScopeListDto {
  @ApiProperty({
    type: [AssignableScopeDto],
    maxItems: MAX_LISTED,
    description: 'The scopes that clients of the project may be given.',
  })
  data: AssignableScope[];
}

@ApiSchema({ name: 'AssignableAudience' })
export class AssignableAudienceDto implements Assignable {
  @ApiProperty({
    maxLength: LIMITS.audience,
    description: 'An audience, or a pattern of audiences.',
    example: 'https://api.example.com',
  })
  value: string;

  @ApiProperty({ ...KIND, example: 'name' })
  kind: Assignable['kind'];
}

@ApiSchema({ name: 'AssignableAudienceList' })
export class AssignableAudienceListDto {
  @ApiProperty({
    type: [AssignableAudienceDto],
    maxItems: MAX_LISTED,
    description: 'The audiences that clients of the project may list.',
  })
  data: Assignable[];
}
