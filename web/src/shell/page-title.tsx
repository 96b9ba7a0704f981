import { useJob, useJobs } from 'fovea-jobs-client/react';
import type { Job } from 'fovea-jobs-client';
import { useEffect } from 'react';
import { useMessages } from '../messages/messages.tsx';
import { showIcon } from './page-icon.ts';
import { useOwnActiveFilter } from './own-jobs.ts';
import { useShownJobId } from './shown-version.ts';

const name = 'fovea-jobs';

/** Says in the tab of the browser how far the job of the page is, or all that run. */
export function PageTitle() {
  const id = useShownJobId();
  return id === undefined ? <TitleOfAll /> : <TitleOfJob id={id} />;
}

function useTitle(title: string, state: Job['state'] | undefined, percent: number): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => showIcon(state, percent), [state, percent]);
}

function TitleOfJob({ id }: { id: string }) {
  const { controls: m } = useMessages();
  const title = useJob(id, (job) => job?.subject.title);
  const state = useJob(id, (job) => job?.state);
  const percent = useJob(id, (job) => job?.progress ?? 0);
  const isRunning = state === 'ACTIVE';
  const word = isRunning ? `${percent} %` : state && m.states[state];
  useTitle([word, title, name].filter(Boolean).join(' · '), state, percent);
  return null;
}

function TitleOfAll() {
  const { shell: m } = useMessages();
  const { jobs } = useJobs(useOwnActiveFilter());
  const count = jobs.length;
  const sum = jobs.reduce((total, { progress }) => total + progress, 0);
  useTitle(
    count === 0 ? name : `${m.running(count)} · ${name}`,
    count === 0 ? undefined : 'ACTIVE',
    count === 0 ? 0 : Math.round(sum / count),
  );
  return null;
}
