import { ok, warning, wrong } from './finding.ts';
import type { Finding } from './finding.ts';

const samples = 3;
/** Jobs go by the database's clock alone. Tokens end, and logs and metrics are dated, by each host's own. */
const noticeableMs = 1_000;
const harmfulMs = 5_000;

/** How far a clock is ahead of this host's, in ms, by the quickest of a few answers. */
export async function measureOffset(readClock: () => Promise<number>): Promise<number> {
  let best = { tookMs: Infinity, offsetMs: 0 };
  for (let sample = 0; sample < samples; sample += 1) {
    const begun = Date.now();
    const asked = performance.now();
    const time = await readClock();
    const tookMs = performance.now() - asked;
    if (tookMs < best.tookMs) best = { tookMs, offsetMs: time - begun - tookMs / 2 };
  }
  return best.offsetMs;
}

/** Compares this host's clock and others, given as how far each is ahead of it in ms. */
export function judgeClocks(offsets: Readonly<Record<string, number>>): Finding {
  const check = 'clocks';
  const all = [0, ...Object.values(offsets)];
  const apartMs = Math.round(Math.max(...all) - Math.min(...all));
  const seen = Object.entries(offsets)
    .map(([name, offsetMs]) => `${name} is ${describe(offsetMs)}`)
    .join(', ');
  const advice =
    'Let every host keep its time by NTP (chrony, systemd-timesyncd); `timedatectl` says whether it does.';
  if (apartMs <= noticeableMs) return ok(check, seen);
  const said = `${seen}: up to ${apartMs} ms apart`;
  return apartMs <= harmfulMs ? warning(check, said, advice) : wrong(check, said, advice);
}

function describe(offsetMs: number): string {
  const rounded = Math.round(offsetMs);
  return `${Math.abs(rounded)} ms ${rounded < 0 ? 'behind' : 'ahead of'} this host`;
}
