import { Gateway } from '../../support/hydra/gateway.js';
import { HOOK_SECRET } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { LoginConsentApp } from '../../support/hydra/login-consent-app.js';
import { HYDRA } from './dialect.js';
import { HydraServer, type HydraKind, type RunningHydra } from './hydra-server.js';

export const hydraStandIn: HydraKind = {
  name: 'a stand-in of Hydra',
  dialect: HYDRA,
  start: async () => HydraServer.start(await run()),
};

async function run(): Promise<RunningHydra> {
  const hydra = await HydraStandIn.start();
  const pages = await LoginConsentApp.start({ adminUrl: () => hydra.adminUrl });
  let registryUrl = '';
  const gateway = await Gateway.start({
    hydraUrl: () => hydra.publicUrl,
    registryUrl: () => registryUrl,
    hookSecret: HOOK_SECRET,
  });
  const { loginUrl, consentUrl, logoutUrl } = pages;
  Object.assign(hydra.config, { issuer: gateway.issuer, loginUrl, consentUrl, logoutUrl });
  return {
    adminUrl: hydra.adminUrl,
    issuer: gateway.issuer,
    ungatedUrl: hydra.publicUrl,
    pagesUrl: new URL('/', loginUrl).href,
    hookSecret: HOOK_SECRET,
    attach: (registry) => {
      registryUrl = registry.url;
      const authorization = `Bearer ${HOOK_SECRET}`;
      hydra.config.tokenHook = { url: `${registryUrl}/hooks/hydra/token`, authorization };
      return Promise.resolve();
    },
    stop: async () => {
      await Promise.all([gateway.stop(), pages.stop(), hydra.stop()]);
    },
  };
}
