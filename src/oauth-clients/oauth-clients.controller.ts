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
import { Answers } from './answers.js';
import { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { DryRunQuery, type DryRunDto } from './dto/dry-run.dto.js';
import { ListOAuthClientsQuery } from './dto/list-oauth-clients.query.js';
import type { OAuthClientDto, OAuthClientPageDto } from './dto/oauth-client.dto.js';
import { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { clientOf } from './guarded-writes.js';
import {
  CreateOperation,
  DeleteOperation,
  EndTokensOperation,
  GetOperation,
  ListOperation,
  UpdateOperation,
} from './oauth-clients.openapi.js';
import { OAuthClientList } from './oauth-client-list.js';
import { OAuthClientsService } from './oauth-clients.service.js';
import { clientsPath, repeatableCall } from './paths.js';
import { GivenPreconditions, isUnmodified, type Preconditions } from './preconditions.js';
import { Representations } from './representations.js';

@ApiTags('OAuth clients')
@Controller('v1/organizations/:org_id/projects/:project_id/oauth-clients')
export class OAuthClientsController {
  constructor(
    private readonly service: OAuthClientsService,
    private readonly clients: OAuthClientList,
    private readonly answers: Answers,
    private readonly representations: Representations,
  ) {}

  @Post()
  @Authorized('oauth_clients:write')
  @CreateOperation()
  create(
    @Granted() access: Access,
    @Body() body: CreateOAuthClientDto,
    @Query() query: DryRunQuery,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto | DryRunDto> {
    const call = repeatableCall(headers, access, clientsPath(access), body);
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.create(access, body, call, writes),
      (created) => {
        void reply.header('location', clientsPath(access, created.client.id));
        return this.answers.client({ access, reply }, created);
      },
    );
  }

  @Get()
  @Authorized('oauth_clients:read')
  @ListOperation()
  async list(@Granted() access: Access, @Query() query: ListOAuthClientsQuery): Promise<OAuthClientPageDto> {
    const { data, nextCursor, count } = await this.clients.read(access.tenant, query);
    const page = {
      data: data.map((client) => this.representations.of(access, client)),
      next_cursor: nextCursor,
    };
    return count === null ? page : { ...page, count };
  }

  @Get(':oauth_client_id')
  @Authorized('oauth_clients:read')
  @GetOperation()
  get(
    @Granted() access: Access,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): OAuthClientDto | undefined {
    const client = clientOf(access);
    const state = this.representations.stateOf(access, client);
    if (!isUnmodified(preconditions, state)) {
      return this.answers.client({ access, reply }, { client, secret: null });
    }
    void reply.status(HttpStatus.NOT_MODIFIED).header('etag', state.entityTag());
    return undefined;
  }

  @Patch(':oauth_client_id')
  @Authorized('oauth_clients:write')
  @UpdateOperation()
  update(
    @Granted() access: Access,
    @Body() body: UpdateOAuthClientDto,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OAuthClientDto | DryRunDto> {
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.update(access, body, preconditions, writes),
      (updated) => this.answers.client({ access, reply }, updated),
    );
  }

  @Delete(':oauth_client_id')
  @HttpCode(204)
  @Authorized('oauth_clients:delete')
  @DeleteOperation()
  delete(
    @Granted() access: Access,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DryRunDto | undefined> {
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.delete(access, preconditions, writes),
      () => undefined,
    );
  }

  @Delete(':oauth_client_id/tokens')
  @HttpCode(204)
  @Authorized('oauth_clients:write')
  @EndTokensOperation()
  endTokens(
    @Granted() access: Access,
    @Query() query: DryRunQuery,
    @GivenPreconditions() preconditions: Preconditions,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DryRunDto | undefined> {
    return this.answers.to(
      { access, query, reply },
      (writes) => this.service.endTokens(access, preconditions, writes),
      () => undefined,
    );
  }
}
