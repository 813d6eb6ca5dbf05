import { RATE_LIMITS } from '../../../src/rate-limit/limit-values.js';
import { HOOK_SECRET, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { expectProblem } from '../../support/problem.js';
import { TestRegistry } from '../../support/registry.js';
import { askGate, askTokenHook } from './hooks-calls.js';

/** A window that no test lives to see the end of, so that no clock decides. */
const FEW = { requests: 3, seconds: 3_600 };

describe('where an address may ask three times', () => {
  let hydra: HydraStandIn;
  let registry: TestRegistry;

  beforeAll(async () => {
    hydra = await HydraStandIn.start();
    const settings = { ...hydraSettings(hydra.adminUrl), RATE_LIMITS: 'on' };
    registry = await TestRegistry.start(settings, { limits: { ...RATE_LIMITS, address: FEW } });
  });
  afterAll(async () => {
    await registry.stop();
    await hydra.stop();
  });

  it('Hydra and its proxy may ask as often as need be where an address may ask three times', async () => {
    for (let request = 0; request < 5; request++) {
      expect((await askTokenHook(registry.api, 'a')).status).toBe(204);
      expect((await askGate(registry.api, 'client_id=a&response_type=code')).status).toBe(200);
    }
  });

  it('other callers are limited below /hooks too, and so is whoever presents the hook secret elsewhere', async () => {
    for (let request = 0; request < 3; request++) {
      expect((await registry.api.post('/hooks/hydra/token', { token: 'wrong', body: {} })).status).toBe(401);
    }
    const wrong = await registry.api.post('/hooks/hydra/token', { token: 'wrong', body: {} });
    expectProblem(wrong, 'too_many_requests');
    expectProblem(await registry.api.get('/health/live', { token: HOOK_SECRET }), 'too_many_requests');
    expect((await askTokenHook(registry.api, 'a')).status).toBe(204);
  });
});
