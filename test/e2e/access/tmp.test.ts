import { TestRegistry } from '../../support/registry.js';
it('x', async () => {
  const r = await TestRegistry.start();
  console.log(r.app.nest.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }));
  console.log(r.app.nest.getHttpAdapter().getInstance().printRoutes({ commonPrefix: true }));
  await r.stop();
});
