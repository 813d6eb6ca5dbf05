import { authorizations } from './hostile/authorizations.js';
import { bodies } from './hostile/bodies.js';
import { credentials } from './hostile/credentials.js';
import { framings } from './hostile/framings.js';
import { sceneOf, type Cast, type HostileRequest } from './hostile/scene.js';
import { targets } from './hostile/targets.js';

/** At least 150 ways to say something to a token endpoint that two readers could take for two things. */
export function hostileRequests(cast: Cast): HostileRequest[] {
  const scene = sceneOf(cast);
  return [targets, framings, authorizations, bodies, credentials].flatMap((rows) => rows(scene));
}
