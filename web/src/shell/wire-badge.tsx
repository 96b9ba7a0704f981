import type { WireStatus } from 'fovea-jobs-client';
import { useWire } from 'fovea-jobs-client/react';
import { useEffect, useState } from 'react';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { formatShortClock } from '../time/time.tsx';
import { useShownVersion } from './shown-version.ts';
import styles from './wire-badge.module.css';

/** So long what came after an interruption is shown, in ms. */
const tellForMs = 10_000;

interface Outage {
  from: number;
  to?: number;
}

function nextOutage(before: Outage | undefined, { state, since }: WireStatus): Outage | undefined {
  if (state === 'offline') return { from: since };
  return before && state === 'live' ? { ...before, to: since } : before;
}

/** The interruption that lasts, or that ended a moment ago. */
function useOutage(): Outage | undefined {
  const wire = useWire();
  const { state, since } = wire;
  const [seen, setSeen] = useState<{ since: number; outage?: Outage | undefined }>({ since });
  if (seen.since !== since) setSeen({ since, outage: nextOutage(seen.outage, wire) });
  useEffect(() => {
    if (state !== 'live') return;
    const timer = setTimeout(() => setSeen({ since }), tellForMs);
    return () => clearTimeout(timer);
  }, [state, since]);
  return seen.outage;
}

/** How the connection is, and what came after it was away. */
export function WireBadge() {
  const { shell: m } = useMessages();
  const { language } = useLanguage();
  const { state, transport, since, missed } = useWire();
  const version = useShownVersion();
  const outage = useOutage();
  const isBack = state === 'live' && outage?.to !== undefined;
  const seconds = isBack ? Math.ceil((outage.to! - outage.from) / 1_000) : 0;
  const told = isBack ? m.caughtUp(missed, seconds) : '';
  const offline = state === 'offline' ? m.offlineSince(formatShortClock(since, language)) : '';
  const live = transport === 'poll' ? m.polling(version) : m.live(version);
  const shown = offline || told || (state === 'live' ? live : m.connecting);
  return (
    <div className={styles.badge} data-state={state} title={shown}>
      <i aria-hidden="true" />
      <span>{shown}</span>
      {/* Versions change many times a second: only interruptions are read out. */}
      <span className="visually-hidden" role="status">
        {offline || told}
      </span>
    </div>
  );
}
