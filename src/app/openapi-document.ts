import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { oauthEndpoints } from '../config/oauth-endpoints.js';
import type { Config } from '../config/config.js';
import { DEMO_ORGANIZATION, DEMO_PROJECT, DEMO_WEB_CLIENT } from '../embedded-server/demo/demo.js';

const DESCRIPTION = `
A multi-tenant registry of OAuth 2.0 clients. A project's people and machines create, read, update and delete the clients
of that project; rules make insecure clients impossible, and the authorization server follows every change.

**Null** in a request means the same as leaving the member out. **Errors** are \`application/problem+json\` (RFC 9457), with
every broken rule and a JSON pointer to each. **404** is the answer for everything the caller may not see.
`.trim();

const PROVISIONING = 'Provisioning';

/** Swagger UI fills the examples in, so they name what the demo has. */
const PATH_EXAMPLES: Readonly<Record<string, string>> = {
  org_id: DEMO_ORGANIZATION.id,
  project_id: DEMO_PROJECT.id,
  oauth_client_id: DEMO_WEB_CLIENT.id,
};

/** Serves the document at `/openapi.json`, and Swagger UI at `/docs`. */
export function serveOpenApi(
  app: INestApplication,
  config: Config,
  { swaggerSignIn }: Pick<AuthorizationServer, 'swaggerSignIn'>,
): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app, config), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'OAuth Client Registry',
    swaggerOptions: { ...swaggerSignIn, persistAuthorization: true },
  });
}

/** The OpenAPI 3.1 document, made from the decorators of the routes. Needs no database. */
export function createOpenApiDocument(app: INestApplication, config: Config): OpenAPIObject {
  const { authorization, token } = oauthEndpoints(config);
  const scopes = {
    'oauth_clients:read': 'Read OAuth clients, organizations and projects',
    'oauth_clients:write': 'Create, change and delete OAuth clients',
  };
  const machineScopes = {
    ...scopes,
    'registry:admin': 'Provision organizations, projects and members (the platform only)',
  };
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('OAuth Client Registry')
    .setVersion('1.0.0')
    .setDescription(DESCRIPTION)
    .addServer(config.publicUrl)
    .addTag('OAuth clients', 'The clients of a project.')
    .addTag('Organizations and projects', "The caller's own.")
    .addTag(PROVISIONING, 'Organizations, projects and members, by the platform.')
    .addTag('Health', 'For orchestrators.')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'A token of Ory Kratos, Ory Hydra or the embedded server.',
      },
      'bearer',
    )
    // One scheme for each flow: Swagger UI takes who has a token by one flow of a scheme for authorized by all of them.
    .addOAuth2(
      {
        type: 'oauth2',
        description: 'A person signs in. Scopes and the role of the person decide together.',
        flows: { authorizationCode: { authorizationUrl: authorization, tokenUrl: token, scopes } },
      },
      'person',
    )
    .addOAuth2(
      {
        type: 'oauth2',
        description: "A machine of a project, or the platform's. Its scopes decide.",
        flows: { clientCredentials: { tokenUrl: token, scopes: machineScopes } },
      },
      'machine',
    );
  return withPathExamples(SwaggerModule.createDocument(app, builder.build()));
}

/** The platform provisions under ids of its own: those operations get no examples. */
function withPathExamples(document: OpenAPIObject): OpenAPIObject {
  const operations = Object.values(document.paths).flatMap(({ get, post, patch, delete: remove }) =>
    [get, post, patch, remove].filter((operation) => operation !== undefined),
  );
  const parameters = operations
    .filter(({ tags }) => !tags?.includes(PROVISIONING))
    .flatMap((operation) => operation.parameters ?? []);
  for (const parameter of parameters) {
    if (!('in' in parameter) || parameter.in !== 'path') continue;
    const example = PATH_EXAMPLES[parameter.name];
    if (example !== undefined) parameter.schema = { ...parameter.schema, example };
  }
  return document;
}
