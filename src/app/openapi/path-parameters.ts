import type { OpenAPIObject } from '@nestjs/swagger';
import {
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
} from '../../embedded-server/demo/demo.js';
import { TENANT_LIMITS } from '../../tenants/limits.js';

interface PathParameter {
  readonly description: string;
  readonly schema: object;
  /** What the demo has under this name: Swagger UI fills it in. */
  readonly example?: string;
}

export type Parameters = NonNullable<NonNullable<OpenAPIObject['paths'][string]['get']>['parameters']>;

const UUID = { type: 'string', format: 'uuid', minLength: 36, maxLength: 36 };

/** Every parameter that a path can have, by its name. */
const PATH_PARAMETERS: Readonly<Record<string, PathParameter>> = {
  org_id: {
    description: 'Identifier of the organization: any UUID (RFC 9562), chosen by the platform.',
    schema: UUID,
    example: DEMO_ORGANIZATION.id,
  },
  project_id: {
    description: 'Identifier of the project: any UUID (RFC 9562), chosen by the platform.',
    schema: UUID,
    example: DEMO_PROJECT.id,
  },
  oauth_client_id: {
    description: 'The `id` of the OAuth client.',
    schema: UUID,
    example: DEMO_WEB_CLIENT.id,
  },
  secret_id: {
    description:
      'The `id` of the secret, as in the list of secrets or as `secret_id` in the answer that showed it.',
    schema: UUID,
  },
  subject: {
    description: 'The person: the id of the Kratos identity.',
    schema: { type: 'string', minLength: 1, maxLength: TENANT_LIMITS.subject },
    example: DEMO_PEOPLE.admin.subject,
  },
};

/**
 * The parameters of a path, in its order, which generated clients keep.
 *
 * @throws Error for a name that `PATH_PARAMETERS` does not describe
 */
export function pathParametersOf(path: string, examples: 'all' | 'no client' | 'none'): Parameters {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
  return names.map((name) => {
    const known = PATH_PARAMETERS[name];
    if (!known) throw new Error(`{${name}} in ${path} is not described: add it to ${FILE}.`);
    const { example, ...docs } = known;
    const isShown = examples === 'all' || (examples === 'no client' && name !== 'oauth_client_id');
    const shown = isShown && example !== undefined ? { example } : {};
    return { name, in: 'path', required: true, ...docs, ...shown };
  });
}

const FILE = 'src/app/openapi/path-parameters.ts';
