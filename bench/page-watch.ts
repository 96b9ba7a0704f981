/** What has been seen in a page since it was asked last, in ms. */
export interface PageSightings {
  /** Of each version that was painted: from the report that it tells of until then. */
  latencies: number[];
  /** Tasks of the main thread that took more than 50 ms. */
  longTasks: number[];
  largestPaint: number;
}

/**
 * Watches a page from within, from its first line on: takes nothing from around it. Each report of the bench's jobs has its time
 * in its stage, which is a text on the screen.
 */
export function watchPage(): void {
  const seen: PageSightings = { latencies: [], longTasks: [], largestPaint: 0 };
  const known = new Set<string>();
  let fresh: number[] = [];
  const observe = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
      type,
      buffered: true,
    });
  observe('largest-contentful-paint', ({ startTime }) => {
    seen.largestPaint = startTime;
  });
  observe('longtask', ({ duration }) => seen.longTasks.push(duration));

  function read({ target }: MutationRecord): void {
    const stage = /t=([\d.]+) n=\d+/.exec(target.textContent ?? '');
    const row = (target instanceof Element ? target : target.parentElement)?.closest('[data-id]');
    if (!stage || !row) return;
    const key = `${row.getAttribute('data-id')} ${stage[0]}`;
    if (known.has(key)) return;
    known.add(key);
    fresh.push(Number(stage[1]));
  }

  function afterPaint(): void {
    const reported = fresh;
    fresh = [];
    // A task after the next frame: what was changed before it is on the screen then.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => {
        const at = performance.timeOrigin + performance.now();
        seen.latencies.push(...reported.map((time) => at - time));
      });
      port1.start();
      port2.postMessage(undefined);
    });
  }

  addEventListener('DOMContentLoaded', () => {
    new MutationObserver((records) => {
      records.forEach(read);
      if (fresh.length > 0) afterPaint();
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  Object.assign(globalThis, {
    takeSightings: (): PageSightings => {
      const taken = { ...seen };
      seen.latencies = [];
      seen.longTasks = [];
      return taken;
    },
  });
}
