import { describe, expect, test } from 'vitest';
import { startFrontServer } from '../environment/app/front-server.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { sendRequest, requestUpgrade } from '../environment/clients/http-request.ts';

expectNoLeaks();

describe('where hosts are named', () => {
  const allowedHosts = ['api.example'];

  test.each([
    'api.example',
    'API.EXAMPLE:4000',
    'localhost:4000',
    'fovea.localhost',
    '127.0.0.1:4000',
    '192.168.1.5',
    '[::1]:4000',
    '[2001:db8::1]',
  ])('"%s" is served', async (called) => {
    await using server = await startFrontServer({ allowedHosts });
    expect(await sendRequest(server.url, { headers: { host: called } })).toMatchObject({
      status: 200,
    });
    expect(await requestUpgrade(server.url, { host: called })).toMatchObject({ status: 101 });
  });

  test.each([
    'evil.example',
    'evil.example:4000',
    'api.example.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example@127.0.0.1',
    'evil.example#@localhost',
    'localhost, evil.example',
  ])('"%s" is not, as another name may be made to lead here', async (called) => {
    await using server = await startFrontServer({ allowedHosts });
    const headers = { host: called, origin: `http://${called}` };
    expect(await sendRequest(server.url, { headers })).toMatchObject({
      status: 403,
      body: expect.stringContaining('ALLOWED_HOSTS'),
    });
    expect(await requestUpgrade(server.url, headers)).toMatchObject({ status: 403 });
  });
});
