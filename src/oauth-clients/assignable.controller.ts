import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Authorized } from '../access/authorized.decorator.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { Operation } from '../openapi/operation.decorator.js';
import { AssignableAudienceListDto, AssignableScopeListDto } from './dto/assignable.dto.js';
import {
  listAssignableAudiences,
  listAssignableScopes,
  type Assignable,
  type AssignableScope,
} from './model/assignable.js';
import { newSettings } from './model/client-settings.js';

/** The scopes and audiences that a form may offer for a client. Today they are the same for every project of this registry. */
@ApiTags('OAuth clients')
@Controller('v1/organizations/:org_id/projects/:project_id')
export class AssignableController {
  private readonly scopes: AssignableScope[];
  private readonly audiences: Assignable[];

  constructor(config: Config, authorizationServer: AuthorizationServer) {
    this.scopes = listAssignableScopes(config.assignableScopes);
    this.audiences = listAssignableAudiences(config, (audience) => {
      const machine = newSettings({ name: 'x', grant_types: ['client_credentials'], audiences: [audience] });
      return authorizationServer.violations(machine).length === 0;
    });
  }

  @Get('assignable-scopes')
  @Authorized('oauth_clients:read')
  @Operation({
    id: 'listAssignableScopes',
    summary: 'List assignable scopes',
    description:
      'What may stand in `scopes` of the clients of this project, by name or by pattern. Needs the role viewer.',
    answer: {
      status: 200,
      description: 'All of them, on one page.',
      type: AssignableScopeListDto,
      example: {
        data: [
          { value: 'openid', kind: 'name', privileged: false },
          { value: 'orders:*', kind: 'pattern', privileged: false },
          { value: 'oauth_clients:read', kind: 'name', privileged: true },
        ],
      },
    },
    problems: [],
  })
  assignableScopes(): AssignableScopeListDto {
    return { data: this.scopes };
  }

  @Get('assignable-audiences')
  @Authorized('oauth_clients:read')
  @Operation({
    id: 'listAssignableAudiences',
    summary: 'List assignable audiences',
    description:
      'What may stand in `audiences` of the clients of this project, by name or by pattern. Empty where the ' +
      'operator lists none, or the authorization server cannot hold clients to theirs. Needs the role viewer.',
    answer: {
      status: 200,
      description: 'All of them, on one page.',
      type: AssignableAudienceListDto,
      example: { data: [{ value: 'https://api.example.com', kind: 'name' }] },
    },
    problems: [],
  })
  assignableAudiences(): AssignableAudienceListDto {
    return { data: this.audiences };
  }
}
