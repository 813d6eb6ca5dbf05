import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { Access } from '../access/access.js';
import { Authorized, Granted } from '../access/authorized.decorator.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import { CreateSecretDto, UpdateSecretDto, type SecretDto, type SecretListDto } from './dto/secret.dto.js';
import { readPreconditions } from './preconditions.js';
import {
  CreateSecretOperation,
  EndSecretOperation,
  ListSecretsOperation,
  UpdateSecretOperation,
} from './oauth-client-secrets.openapi.js';
import { OAuthClientSecretsService } from './oauth-client-secrets.service.js';
import { toSecretRepresentation } from './oauth-client.mapper.js';
import { answer } from './oauth-clients.controller.js';

@ApiTags('OAuth clients')
@Controller('v1/organizations/:org_id/projects/:project_id/oauth-clients/:oauth_client_id/secrets')
export class OAuthClientSecretsController {
  constructor(private readonly service: OAuthClientSecretsService) {}

  @Post()
  @Authorized('oauth_clients:write')
  @CreateSecretOperation()
  async create(
    @Granted() access: Access,
    @Body() body: CreateSecretDto,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto> {
    return answer(reply, await this.service.create(access, body, readPreconditions(headers)));
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
  async update(
    @Granted() access: Access,
    @Param('secret_id') secretId: string,
    @Body() body: UpdateSecretDto,
    @Headers() headers: IncomingHttpHeaders,
  ): Promise<SecretDto> {
    return toSecretRepresentation(
      await this.service.change(access, secretId, body, readPreconditions(headers)),
    );
  }

  @Delete(':secret_id')
  @HttpCode(204)
  @Authorized('oauth_clients:write')
  @EndSecretOperation()
  async end(
    @Granted() access: Access,
    @Param('secret_id') secretId: string,
    @Headers() headers: IncomingHttpHeaders,
  ): Promise<void> {
    await this.service.end(access, secretId, readPreconditions(headers));
  }
}
