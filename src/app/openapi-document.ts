import type { INestApplication } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { oauthEndpoints } from '../config/oauth-endpoints.js';
import type { Config } from '../config/config.js';
import { VERSION } from '../lib/version.js';
import { complete, PROVISIONING } from './openapi/complete.js';
import { swaggerUi } from './openapi/swagger-ui.js';

const DESCRIPTION = `
A multi-tenant registry of OAuth 2.0 clients. People and machines of a project manage its clients here; rules refuse insecure
clients, and the authorization server follows every change.

**Null** in a request means the same as leaving the member out. **Errors** are \`application/problem+json\` (RFC 9457), with
every broken rule and a JSON pointer to each. **404** is the answer for everything the caller may not see.
`.trim();

const CHECKED = 'Tokens are JWTs, checked as RFC8725 asks.';

/** Serves the document at `/openapi.json`, and Swagger UI at `/docs`, to which `/` leads. */
export function serveOpenApi(
  app: INestApplication,
  config: Config,
  { swaggerSignIn }: Pick<AuthorizationServer, 'swaggerSignIn'>,
): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app, config), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    ...swaggerUi(swaggerSignIn),
  });
  const http = app.getHttpAdapter() as FastifyAdapter;
  http.get('/', (_request: FastifyRequest, reply: FastifyReply) => reply.redirect('/docs'));
}

/** The OpenAPI 3.1 document, made from the decorators of the routes. Needs no database. */
export function createOpenApiDocument(app: INestApplication, config: Config): OpenAPIObject {
  const { authorization, token } = oauthEndpoints(config);
  const scopes = {
    'oauth_clients:read': 'Read OAuth clients and their history, organizations, projects and members',
    'oauth_clients:write': 'Create, change and delete OAuth clients',
  };
  const machineScopes = {
    ...scopes,
    'registry:admin': 'Provision and read organizations, projects and members (the platform only)',
  };
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('OAuth Client Registry')
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setDescription(DESCRIPTION)
    .addServer('/', 'Wherever this document was read from.')
    .addTag('OAuth clients', 'The clients of a project, and their secrets.')
    .addTag('Audit events', 'What changed, by whom, from what to what.')
    .addTag('Organizations and projects', "The caller's own, and their members.")
    .addTag(PROVISIONING, 'Organizations, projects and members, by the platform.')
    .addTag('Health', 'For orchestrators and monitoring.')
    // One scheme for each flow: of a scheme with two, Swagger UI shows both as authorized as soon as one has given a
    // token.
    .addOAuth2(
      {
        type: 'oauth2',
        description: `A person signs in. What the token may do depends on its scopes and the person's role. ${CHECKED}`,
        flows: { authorizationCode: { authorizationUrl: authorization, tokenUrl: token, scopes } },
      },
      'person',
    )
    .addOAuth2(
      {
        type: 'oauth2',
        description: `A machine of a project, or the platform's. What the token may do depends on its scopes. ${CHECKED}`,
        flows: { clientCredentials: { tokenUrl: token, scopes: machineScopes } },
      },
      'machine',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: `A token of Ory Kratos, Ory Hydra or the embedded server. ${CHECKED}`,
      },
      'bearer',
    );
  // Operations state their own ids. One that states none gets none here, and `complete` throws.
  return complete(SwaggerModule.createDocument(app, builder.build(), { operationIdFactory: () => '' }));
}
