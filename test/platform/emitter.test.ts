import { expect, test, vi } from 'vitest';
import { createEmitter } from '../../src/platform/emitter.ts';
import { createLogger } from '../../src/platform/logger.ts';

test('an error of a listener reaches neither the other listeners nor whoever emits the event', () => {
  const logger = createLogger('silent', false);
  const logged = vi.spyOn(logger, 'error');
  const events = createEmitter<{ ended: string; begun: string }>(logger);
  const received: string[] = [];
  const fault = new Error('broken');
  events.listen({
    ended: () => {
      throw fault;
    },
  });
  events.listen({ ended: (id) => received.push(`ended ${id}`) });
  events.listen({ begun: (id) => received.push(`begun ${id}`) });

  events.emit('ended', 'first');
  events.emit('begun', 'second');

  expect(received).toEqual(['ended first', 'begun second']);
  expect(logged).toHaveBeenCalledWith({ err: fault, event: 'ended', times: 1 }, expect.any(String));
});
