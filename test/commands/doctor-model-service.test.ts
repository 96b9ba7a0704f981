import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { worstLevel } from '../../src/doctor/finding.ts';
import { checkModelService } from '../../src/doctor/model-service.ts';
import { findFreePort } from '../environment/programs/service-process.ts';
import { startFakeModelService } from '../environment/model-service/fake-model-service.ts';

const access = { token: null, ca: null };

/** What the doctor finds at an address. */
async function examine(modelServiceUrl: string) {
  const [finding, ...others] = await checkModelService({ modelServiceUrl, modelService: access });
  expect(others).toEqual([]);
  return finding;
}

/** A server of something else, that answers these paths, and 404 to all others. */
async function startOther(statuses: Record<string, number>): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(statuses[request.url!] ?? 404, { 'content-type': 'application/json' });
    response.end('{"detail":"Not Found"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const wrongAddress = {
  level: 'wrong',
  advice: expect.stringMatching(/^Set MODEL_SERVICE_URL .*\/api\/summarize are: without \/api/),
};

test('an address with /health and without the endpoints is that of something else', async () => {
  const seen = expect.stringContaining('answers, but there is no api/summarize');
  expect(await examine(await startOther({ '/health': 200 }))).toMatchObject({
    ...wrongAddress,
    seen,
  });
});

test('an address below which not even /health is has a part too many', async () => {
  await using model = await startFakeModelService();
  for (const url of [`${model.url}/api`, `${model.url}/api/`, await startOther({})]) {
    const seen = 'it answers with status 404';
    expect(await examine(url)).toMatchObject({ ...wrongAddress, seen });
  }
});

test.each([405, 422, 403, 500])('an endpoint that answers GET with %i is there', async (status) => {
  const url = await startOther({ '/health': 200, '/api/summarize': status });
  expect(await examine(url)).toMatchObject({ level: 'ok' });
});

describe('a model service', () => {
  const check = (modelServiceUrl: string) =>
    checkModelService({ modelServiceUrl, modelService: access }, { answerMs: 300 });

  test('that accepts connections and does not answer is busy, which is a warning and no failure', async () => {
    await using model = await startFakeModelService();
    const gate = model.hold('/health');
    const findings = await check(model.url);
    expect(worstLevel(findings)).toBe('warning');
    expect(findings).toMatchObject([
      {
        seen: `${model.url}/health has not answered within 0.3 s, but accepts connections: it is busy with a call, or it hangs`,
        advice: expect.stringMatching(/^While jobs run, wait.* restart it\.$/),
      },
    ]);
    gate.open();
  });

  test('that says that it cannot serve is wrong', async () => {
    await using model = await startFakeModelService();
    model.answer('/health', { status: 503, json: { detail: 'loading' } });
    expect(await check(model.url)).toMatchObject([
      { level: 'wrong', seen: 'it answers with status 503', advice: expect.any(String) },
    ]);
  });

  test.each([
    ['refuses connections', '127.0.0.1', 'ECONNREFUSED', /^Start it, or set MODEL_SERVICE_URL/],
    ['has no such name', 'models.invalid', 'ENOTFOUND|EAI_AGAIN', /^No host of that name is known/],
  ])('whose host %s is down', async (_what, host, code, advice) => {
    const findings = await check(`http://${host}:${await findFreePort()}`);
    expect(findings).toMatchObject([
      {
        level: 'wrong',
        seen: expect.stringMatching(`it cannot be reached \\((${code})\\)`),
        advice: expect.stringMatching(advice),
      },
    ]);
  });
});
