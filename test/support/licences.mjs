/** Lists the licences of all that is shipped, and fails for one that nobody has looked at yet. `npm run licences`. */
import { readFileSync } from 'node:fs';

/** Licences that ask for nothing but a notice. */
const ACCEPTED = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'Unlicense',
  'CC0-1.0',
  'Python-2.0',
]);

/** Packages that say it in their README only, as old ones do. */
const LOOKED_AT = new Map([
  ['passport-strategy', 'MIT'],
  ['pause', 'MIT'],
]);

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
const byLicence = new Map();
for (const [path, { license, version }] of shipped) {
  const name = path.split('node_modules/').at(-1);
  const licence = license ?? LOOKED_AT.get(name) ?? 'none';
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), `${name}@${version}`]);
}

/** An SPDX expression: one accepted alternative is enough, of things joined by AND all must be. */
const isAccepted = (expression) =>
  expression
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((alternative) => alternative.split(' AND ').every((licence) => ACCEPTED.has(licence.trim())));

for (const [licence, names] of [...byLicence].toSorted(([a], [b]) => a.localeCompare(b))) {
  console.log(`${licence} (${names.length}): ${names.toSorted().join(', ')}`);
}
const refused = [...byLicence].filter(([licence]) => !isAccepted(licence));
for (const [licence, names] of refused) console.error(`Not accepted: ${licence} of ${names.join(', ')}`);
process.exitCode = refused.length > 0 ? 1 : 0;
