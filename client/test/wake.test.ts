import { expect, onTestFinished, test, vi } from 'vitest';
import { watchPage } from '../src/wire/wake.ts';
import { startWatchdog } from '../src/wire/watchdog.ts';

test('a page that is shown again, also out of the cache of the browser, or online again, wakes the connection', () => {
  const page = new EventTarget();
  for (const name of ['addEventListener', 'removeEventListener'] as const)
    vi.stubGlobal(name, page[name].bind(page));
  onTestFinished(() => void vi.unstubAllGlobals());
  const onWake = vi.fn<() => void>();
  const onOffline = vi.fn<() => void>();
  const leave = watchPage(onWake, onOffline);
  for (const name of ['pageshow', 'visibilitychange', 'online', 'offline', 'resize'])
    page.dispatchEvent(new Event(name));
  expect([onWake.mock.calls.length, onOffline.mock.calls.length]).toEqual([3, 1]);
  leave();
  for (const name of ['pageshow', 'offline']) page.dispatchEvent(new Event(name));
  expect([onWake.mock.calls.length, onOffline.mock.calls.length]).toEqual([3, 1]);
});

test('a connection that is woken has to answer within one ping, and one that has slept for long is dead at once', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const ping = vi.fn<() => void>();
  const onDead = vi.fn<() => void>();
  const watchdog = startWatchdog(10_000, { ping, onDead });
  vi.advanceTimersByTime(9_000);
  watchdog.probe();
  expect(ping).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(500);
  watchdog.heard();
  vi.advanceTimersByTime(15_000);
  expect(onDead).not.toHaveBeenCalled();
  watchdog.probe();
  vi.advanceTimersByTime(15_000);
  expect(onDead).toHaveBeenCalledOnce();

  const slept = startWatchdog(10_000, { ping, onDead });
  vi.setSystemTime(Date.now() + 3_600_000);
  slept.probe();
  expect(onDead).toHaveBeenCalledTimes(2);
});
