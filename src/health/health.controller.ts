import { Controller, Get } from '@nestjs/common';
import { ApiProperty, ApiSchema, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/public.decorator.js';
import { TrustedIssuers } from '../auth/trusted-issuers.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { SchemaVersion } from '../database/schema-version.js';
import { Shutdown } from '../http/shutdown.js';
import { Operation } from '../openapi/operation.decorator.js';
import { Problem } from '../problem-details/problem.js';

@ApiSchema({ name: 'Liveness' })
class LivenessDto {
  @ApiProperty({ enum: ['ok'], description: 'The process answers.', example: 'ok' })
  status: 'ok';
}

@ApiSchema({ name: 'IssuerKeys' })
class IssuerKeysDto {
  @ApiProperty({
    maxLength: 2_048,
    description: 'The issuer, as in the `iss` claim.',
    example: 'https://auth.example.com',
  })
  issuer: string;

  @ApiProperty({ description: 'Whether tokens of this issuer can be verified now.', example: true })
  ready: boolean;

  @ApiProperty({
    type: 'integer',
    format: 'int32',
    nullable: true,
    minimum: 0,
    maximum: 2_147_483_647,
    description: 'Seconds since its keys were last read.',
    example: 12,
  })
  age_seconds: number | null;
}

@ApiSchema({ name: 'AuthorizationServer' })
class AuthorizationServerDto {
  @ApiProperty({
    enum: ['embedded', 'hydra'],
    description: 'Which authorization server this registry has.',
    example: 'hydra',
  })
  kind: 'embedded' | 'hydra';

  @ApiProperty({ description: 'Whether it answers.', example: true })
  reachable: boolean;
}

@ApiSchema({ name: 'Readiness' })
class ReadinessDto {
  @ApiProperty({
    enum: ['ok'],
    description: 'The database answers and has the schema of this version.',
    example: 'ok',
  })
  status: 'ok';

  @ApiProperty({
    type: [IssuerKeysDto],
    maxItems: 3,
    description: 'The keys of every trusted issuer.',
  })
  issuers: IssuerKeysDto[];

  @ApiProperty({
    description:
      'The authorization server as it is: Hydra is asked at the start, and every few seconds while nothing is sent ' +
      'to it. With the token gate its public API is asked, too. While it is out of reach, changes are kept for it.',
  })
  authorization_server: AuthorizationServerDto;
}

@ApiTags('Health')
@Public()
@Controller('health')
export class HealthController {
  constructor(
    private readonly schemaVersion: SchemaVersion,
    private readonly issuers: TrustedIssuers,
    private readonly authorizationServer: AuthorizationServer,
    private readonly config: Config,
    private readonly shutdown: Shutdown,
  ) {}

  @Get('live')
  @Operation({
    id: 'getLiveness',
    summary: 'Is the process alive?',
    description: 'Checks nothing but that the process answers.',
    answer: {
      status: 200,
      description: 'The process is alive.',
      type: LivenessDto,
      example: { status: 'ok' },
    },
    problems: [],
  })
  live(): LivenessDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Operation({
    id: 'getReadiness',
    summary: 'Can it serve requests?',
    description:
      'Checks that the database answers and has the schema of this version. 503 from the moment the service is ' +
      'told to stop. Issuer keys and the authorization server are reported, and never fail it.',
    answer: {
      status: 200,
      description: 'It can serve requests.',
      type: ReadinessDto,
      example: {
        status: 'ok',
        issuers: [{ issuer: 'https://auth.example.com', ready: true, age_seconds: 12 }],
        authorization_server: { kind: 'hydra', reachable: true },
      },
    },
    problems: ['service_unavailable'],
  })
  async ready(): Promise<ReadinessDto> {
    if (this.shutdown.isLeaving)
      throw Problem.unavailable('The service is shutting down: send it no more requests.');
    if (!(await this.schemaVersion.isCurrent()))
      throw Problem.unavailable('The database lacks a migration of this version: run npm run migration:run.');
    const issuers = this.issuers
      .state()
      .map(({ issuer, ready, ageSeconds }) => ({ issuer, ready, age_seconds: ageSeconds }));
    const kind = this.config.hydra === null ? 'embedded' : 'hydra';
    const authorizationServer = { kind, reachable: this.authorizationServer.isReachable } as const;
    return { status: 'ok', issuers, authorization_server: authorizationServer };
  }
}
