import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../access/access.js';
import { Authorized, Granted } from '../access/authorized.decorator.js';
import { Answers } from './answers.js';
import { DryRunQuery, type DryRunDto } from './dto/dry-run.dto.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import { CreateSecretDto, UpdateSecretDto, type SecretDto, type SecretListDto } from './dto/secret.dto.js';
import { clientOf } from './guarded-writes.js';
import {
  CreateSecretOperation,
  EndSecretOperation,
  ListSecretsOperation,
  UpdateSecretOperation,
} from './oauth-client-secrets.openapi.js';
import { OAuthClientSecretsService } from './oauth-client-secrets.service.js';
import { toSecretRepresentation } from './oauth-client.mapper.js';
import { clientsPath, repeatableCall } from './paths.js';
import { GivenPreconditions, type Preconditions } from './preconditions.js';

@ApiTags('OAuth clients')
@Controller('v1/organizations/:org_id/projects/:project_id/oauth-clients/:oauth_client_id/secrets')
export class OAuthClientSecretsController {
  constructor(
    private readonly service: OAuthClientSecretsService,
    private readonly answers: Answers,
  ) {}

  @Post()
  @Authorized('oauth_clients:write')
  @CreateSecretOperation()
  create(
    @Granted() access: Access,
    @Body() body: CreateSecretDto,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto | DryRunDto> {
    const path = `${clientsPath(access, clientOf(access).id)}/secrets`;
    const terms = { preconditions, call: repeatableCall(headers, access, path, body) };
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.create(access, body, terms, writes),
      (created) => this.answers.client({ access, reply }, created),
    );
  }

  @Get()
  @Authorized('oauth_clients:read')
  @ListSecretsOperation()
  async list(@Granted() access: Access): Promise<SecretListDto> {
    return { data: (await this.service.list(access)).map(toSecretRepresentation) };
  }

  @Patch(':secret_id')
  @Authorized('oauth_clients:write')
  @UpdateSecretOperation()
  update(
    @Granted() access: Access,
    @Param('secret_id') secretId: string,
    @Body() dto: UpdateSecretDto,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SecretDto | DryRunDto> {
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.change(access, { secretId, dto }, preconditions, writes),
      async () => toSecretRepresentation(await this.service.get(access, secretId)),
    );
  }

  @Delete(':secret_id')
  @HttpCode(204)
  @Authorized('oauth_clients:write')
  @EndSecretOperation()
  end(
    @Granted() access: Access,
    @Param('secret_id') secretId: string,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DryRunDto | undefined> {
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.end(access, secretId, preconditions, writes),
      () => undefined,
    );
  }
}
