import { useEffect, useRef, useState } from 'react';
import type { Job } from 'fovea-jobs-client';
import { useMessages } from '../messages/messages.tsx';
import { useServerTexts } from '../messages/server-texts.ts';

/** At most so often something is said, in ms. */
const quietMs = 10_000;

/** Says how a job goes to those who do not see it: the newest sentence, one in ten seconds. */
export function Announcer({ job }: { job: Job }) {
  const { job: m, controls } = useMessages();
  const texts = useServerTexts();
  const state = controls.states[job.state];
  const sentence =
    job.state === 'ACTIVE' && job.stage
      ? m.says(state, texts.stage(job.stage))
      : m.says(state, undefined);
  const [said, setSaid] = useState('');
  const saidAt = useRef(-quietMs);
  useEffect(() => {
    const wait = Math.max(0, saidAt.current + quietMs - performance.now());
    const timer = setTimeout(() => {
      saidAt.current = performance.now();
      setSaid(sentence);
    }, wait);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <p className="visually-hidden" role="status" aria-label={m.spoken}>
      {said}
    </p>
  );
}
