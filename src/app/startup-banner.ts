import type { Introduction } from '../authorization-server/authorization-server.js';
import type { Config } from '../config/config.js';

const NAME_WIDTH = 15;

/** What the service prints when it is ready: where everything is, and what its authorization server adds to that. */
export function startupBanner(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  { links, examples }: Introduction,
): string {
  const places: Introduction['links'] = [
    ['Try it out', `${publicUrl}/docs`],
    ['OpenAPI', `${publicUrl}/openapi.json`],
    ['Health', `${publicUrl}/health/ready`],
    ...links,
  ];
  const lines = places.map(([name, place]) => `  ${name.padEnd(NAME_WIDTH)}${place}`);
  const sections = [`OAuth Client Registry is ready.\n\n${lines.join('\n')}`, ...examples];
  return `\n${sections.join('\n\n')}\n\n`;
}
