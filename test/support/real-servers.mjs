/** Says before `npm run test:hydra` which servers it does without, because the environment does not name them. */
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
