import { Suspense } from 'react';
import type { Job } from 'fovea-jobs-client';
import { useParams } from 'wouter';
import { Loading, Nothing, Problem } from '../controls/notice.tsx';
import { Tabs } from '../controls/tabs.tsx';
import { useViewer } from '../session/viewer.tsx';
import { createPart } from '../shell/part.ts';
import { useMessages } from '../messages/messages.tsx';
import { JobActions } from './actions/job-actions.tsx';
import { Announcer } from './announcer.tsx';
import { JobHeader } from './header/job-header.tsx';
import styles from './job-screen.module.css';
import { ResultTab } from './result-tab.tsx';
import { TicketNotice } from './ticket-notice.tsx';
import { useJobPage } from './use-job-page.ts';

const TimelineTab = createPart(
  async () => (await import('./timeline/timeline-tab.tsx')).TimelineTab,
);
const LogTab = createPart(async () => (await import('./log/log-tab.tsx')).LogTab);
const InputTab = createPart(async () => (await import('./input/input-tab.tsx')).InputTab);
const RawTab = createPart(async () => (await import('./raw/raw-tab.tsx')).RawTab);

const tabs = {
  result: ResultTab,
  timeline: TimelineTab,
  log: LogTab,
  input: InputTab,
  raw: RawTab,
};
type TabKey = keyof typeof tabs;

/** Without a tab in the URL, the one that matters now is open. */
function chooseTab(named: string | undefined, job: Job): TabKey {
  if (named !== undefined && Object.hasOwn(tabs, named)) return named as TabKey;
  return job.state === 'COMPLETED' ? 'result' : 'timeline';
}

/** One job: what it is, how far, what it has found, and all there is to know. */
export function JobScreen() {
  const { id, tab: named } = useParams<{ id: string; tab?: string }>();
  // Of another job nothing is kept, not even for a moment.
  return <JobPage key={id} id={id} named={named} />;
}

function JobPage({ id, named }: { id: string; named: string | undefined }) {
  const { job: m } = useMessages();
  const { role } = useViewer();
  const { job, details, error } = useJobPage(id);
  if (error?.code === 'NOT_FOUND') return <Nothing title={m.notFound} />;
  if (error && !job) return <Problem error={error} />;
  if (!job)
    return (
      <>
        <h1 className="visually-hidden">{id}</h1>
        <Loading />
      </>
    );
  const selected = chooseTab(named, job);
  const Content = tabs[selected];
  return (
    <article className={styles.page}>
      {role === 'TICKET' && <TicketNotice />}
      {error && <Problem error={error} />}
      <Announcer job={job} />
      <JobHeader
        job={job}
        details={details}
        level={1}
        actions={<JobActions job={job} details={details} />}
      />
      <Tabs
        label={m.tabs.label}
        selected={selected}
        tabs={(Object.keys(tabs) as TabKey[]).map((key) => ({
          key,
          label: m.tabs[key],
          href: `/jobs/${id}/${key}`,
        }))}
      >
        <Suspense fallback={<Loading />}>
          <Content job={job} />
        </Suspense>
      </Tabs>
    </article>
  );
}
