/**
 * Says before `npm run test:hydra` which servers it does without, because the environment does not name them, and of which
 * version the real Hydra is. Ends with 1 when that is another than the one that is meant.
 */
const PARTS = {
  'No real Hydra is tested, but the stand-in alone': [
    'HYDRA_ADMIN_URL',
    'HYDRA_PUBLIC_URL',
    'HYDRA_DIRECT_URL',
  ],
  'No restore of a real Hydra by SQL is tested': ['HYDRA_DATABASE_URL'],
  'No real Kratos is tested, but recorded session tokens alone': ['KRATOS_PUBLIC_URL', 'KRATOS_ADMIN_URL'],
};

for (const [part, variables] of Object.entries(PARTS)) {
  const missing = variables.filter((name) => !process.env[name]);
  if (missing.length > 0) console.warn(`${part}: set ${missing.join(' and ')}.`);
}

/** What the tests are written for. HYDRA_VERSION names another version, or how it begins, to find out what is different there. */
const meant = process.env.HYDRA_VERSION || 'v26.2.';

/** As Hydra's admin API names it. */
async function versionOf(adminUrl) {
  try {
    const response = await fetch(`${adminUrl}/version`, { signal: AbortSignal.timeout(5_000) });
    return String((await response.json()).version);
  } catch {
    return 'unknown';
  }
}

if (process.env.HYDRA_ADMIN_URL) {
  const version = await versionOf(process.env.HYDRA_ADMIN_URL);
  console.warn(`The real Hydra is of version ${version}.`);
  if (!version.startsWith(meant)) {
    console.error(
      `The tests are for ${meant}: start that one, check HYDRA_ADMIN_URL, or set HYDRA_VERSION=${version} to test this one.`,
    );
    process.exitCode = 1;
  }
}
