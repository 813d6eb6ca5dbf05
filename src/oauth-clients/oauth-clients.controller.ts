import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
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
import { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { ListOAuthClientsQuery } from './dto/list-oauth-clients.query.js';
import type { OAuthClientDto, OAuthClientPageDto } from './dto/oauth-client.dto.js';
import { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { toRepresentation } from './oauth-client.mapper.js';
import {
  CreateOperation,
  DeleteOperation,
  EndTokensOperation,
  GetOperation,
  ListOperation,
  UpdateOperation,
} from './oauth-clients.openapi.js';
import { entityTag, entityTagOf, isUnmodified, readPreconditions } from './preconditions.js';
import { clientOf } from './guarded-writes.js';
import type { ClientWithSecret } from './oauth-client.store.js';
import { OAuthClientList } from './oauth-client-list.js';
import { OAuthClientsService } from './oauth-clients.service.js';

@ApiTags('OAuth clients')
@Controller('v1/organizations/:org_id/projects/:project_id/oauth-clients')
export class OAuthClientsController {
  constructor(
    private readonly service: OAuthClientsService,
    private readonly clients: OAuthClientList,
  ) {}

  @Post()
  @Authorized('oauth_clients:write')
  @CreateOperation()
  async create(
    @Granted() access: Access,
    @Body() body: CreateOAuthClientDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto> {
    const created = await this.service.create(access, body);
    void reply.header('location', pathOf(access, created.client.id));
    return answer(reply, created);
  }

  @Get()
  @Authorized('oauth_clients:read')
  @ListOperation()
  async list(
    @Granted() { tenant }: Access,
    @Query() query: ListOAuthClientsQuery,
  ): Promise<OAuthClientPageDto> {
    const { data, nextCursor, count } = await this.clients.read(tenant, query);
    const page = { data: data.map((client) => toRepresentation(client)), next_cursor: nextCursor };
    return count === null ? page : { ...page, count };
  }

  @Get(':oauth_client_id')
  @Authorized('oauth_clients:read')
  @GetOperation()
  get(
    @Granted() access: Access,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): OAuthClientDto | undefined {
    const client = clientOf(access);
    if (!isUnmodified(readPreconditions(headers), client)) return answer(reply, { client, secret: null });
    void reply.status(HttpStatus.NOT_MODIFIED).header('etag', entityTagOf(client));
    return undefined;
  }

  @Patch(':oauth_client_id')
  @Authorized('oauth_clients:write')
  @UpdateOperation()
  async update(
    @Granted() access: Access,
    @Body() body: UpdateOAuthClientDto,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto> {
    return answer(reply, await this.service.update(access, body, readPreconditions(headers)));
  }

  @Delete(':oauth_client_id')
  @HttpCode(204)
  @Authorized('oauth_clients:delete')
  @DeleteOperation()
  async delete(@Granted() access: Access, @Headers() headers: IncomingHttpHeaders): Promise<void> {
    await this.service.delete(access, readPreconditions(headers));
  }

  @Delete(':oauth_client_id/tokens')
  @HttpCode(204)
  @Authorized('oauth_clients:write')
  @EndTokensOperation()
  async endTokens(@Granted() access: Access, @Headers() headers: IncomingHttpHeaders): Promise<void> {
    await this.service.endTokens(access, readPreconditions(headers));
  }
}

const pathOf = ({ tenant }: Access, id: string): string =>
  `/v1/organizations/${tenant.organizationId}/projects/${tenant.projectId}/oauth-clients/${id}`;

export function answer(reply: FastifyReply, { client, secret }: ClientWithSecret): OAuthClientDto {
  const representation = toRepresentation(client);
  const text = JSON.stringify(representation);
  void reply.header('etag', entityTag(client.revision, text));
  if (secret !== null) {
    void reply.header('cache-control', 'no-store');
    return toRepresentation(client, secret);
  }
  // What the digest was made of is what is sent, and is not made twice.
  void reply.type('application/json; charset=utf-8').serializer(() => text);
  return representation;
}
