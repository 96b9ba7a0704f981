import { expect, test } from 'vitest';
import { createTestStack, startTestApp } from '../../../test/environment/app/app.ts';
import { expectNoLeaks } from '../../../test/environment/app/leaks.ts';
import { createSubjects, startJob } from '../../../test/environment/jobs/jobs.ts';
import { startFakeModelService } from '../../../test/environment/model-service/fake-model-service.ts';
import { openBrowser } from '../../../test/environment/programs/browser.ts';

expectNoLeaks();

test('a queue whose last worker goes says so, and what to do, until another comes; the servers are fine', async () => {
  await using stack = await createTestStack('external');
  await using model = await startFakeModelService();
  const env = { MODEL_SERVICE_URL: model.url };
  await using api = await startTestApp({ stack, env, role: 'api' });
  await using browser = await openBrowser();
  const page = await browser.newPage();
  const finding = page.getByText('No worker takes the queue Summary; 1 job waits.');
  const card = page.getByRole('article', { name: 'Summary' });
  {
    await using _worker = await startTestApp({ stack, env, role: 'worker' });
    await page.goto(`${api.url}/queues`);
    await card.getByText('Idle').waitFor();
  }
  await card.getByText('No worker').waitFor();
  await startJob(api.graphql, 'summarizeVideo', await createSubjects(api.graphql));
  await finding.waitFor();
  await page
    .getByText(/^Start one: node src\/main\.ts worker\./)
    .first()
    .waitFor();
  await using _worker = await startTestApp({ stack, env, role: 'worker' });
  await finding.waitFor({ state: 'detached' });
  await card.getByText('Idle').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  const { installation } = await api.graphql.request(
    '{ installation { findings { check level } } }',
  );
  for (const check of ['redis', 'postgres', 'migrations', 'model service', 'leader']) {
    expect(installation.findings).toContainEqual({ check, level: 'OK' });
  }
});
