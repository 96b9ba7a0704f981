import { expect, test } from 'vitest';
import { expectNoLeaks } from '../../environment/app/leaks.ts';
import { commandMs, useCommands } from '../../environment/app/use-commands.ts';

expectNoLeaks();

const commands = useCommands();

test(
  'a command that nobody knows, and an environment that is wrong, end with what is right',
  { timeout: commandMs },
  async () => {
    const unknown = await commands.run(['dmeo']);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^usage: .*demo \| doctor\]\n$/),
    });
    const wrong = await commands.run(['demo'], { PORT: 'x', LOG_LEVEL: 'loud' });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^PORT: .*\nLOG_LEVEL: .*\n$/),
    });
  },
);

test(
  'the model service serves alone, and migrate says what it did',
  { timeout: commandMs },
  async () => {
    await using service = commands.start(['model-service'], { MEDIA_ROOT: commands.folder });
    const url = await service.printed(/^fovea-jobs model-service at (http\S+)$/m);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    service.stop();
    expect((await service.ended).code).toBe(0);

    const { stdout } = await commands.run(['migrate']);
    expect(stdout).toBe('the database is up to date\n');
  },
);
