import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'wouter';
import { RepeatedJob } from '../api/generated/documents.ts';
import { forms, startOf } from '../api/generated/forms.ts';
import type { StartName } from '../api/generated/forms.ts';
import { useQuery } from '../api/use-query.ts';
import { Loading, Problem } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import { useMessages } from '../messages/messages.tsx';
import { JobForm } from './job-form.tsx';
import styles from './new-job.module.css';

/** What can be started, the most usual first. */
const names: readonly StartName[] = [
  'analyzeVideo',
  'summarizeVideo',
  'transcribeVideo',
  'extractClaims',
  'synthesizeClaims',
  'detectObjects',
  'trackObjects',
];

const isStart = (name: string | null | undefined): name is StartName =>
  name != null && names.includes(name as StartName);

/** Starts a job of any type, of one video or of many, or one as another was started. */
export function NewJobScreen() {
  const { shell, newJob: m } = useMessages();
  const [search] = useSearchParams();
  const from = search.get('from');
  const { data, error, isLoading, refetch } = useQuery(RepeatedJob, from ? { id: from } : null);
  const asked = search.get('type');
  const source = data?.job ?? undefined;
  const name =
    (source && startOf[source.type]) ??
    (isStart(asked) ? asked : startOf[asked ?? '']) ??
    'summarizeVideo';
  const videos = search.getAll('video');
  return (
    <Screen title={source ? `${shell.newJob}: ${m.forms[name]}` : shell.newJob}>
      {error && <Problem error={error} onRetry={refetch} />}
      {isLoading && <Loading />}
      {!isLoading && !error && (
        <div className={styles.page}>
          {!source && <Kinds name={name} />}
          <JobForm
            key={`${name} ${from}`}
            form={forms[name]}
            videos={videos}
            source={source && { id: source.id, priority: source.priority, tags: source.tags }}
            input={source && (source as unknown as Record<string, object>)[name]}
          />
        </div>
      )}
    </Screen>
  );
}

function Kinds({ name }: { name: StartName }) {
  const { newJob: m } = useMessages();
  const nav = useRef<HTMLElement>(null);
  // On a narrow page they are a row that scrolls.
  useEffect(() => {
    const { current } = nav;
    const chosen = current?.querySelector<HTMLElement>('[aria-current]');
    if (current && chosen) current.scrollLeft = chosen.offsetLeft - current.offsetLeft;
  }, [name]);
  const [search] = useSearchParams();
  const to = (kind: StartName) => {
    const next = new URLSearchParams(search);
    next.set('type', kind);
    return `/new?${next}`;
  };
  return (
    <nav ref={nav} className={styles.kinds} aria-label={m.kinds}>
      {names.map((kind) => (
        <Link key={kind} href={to(kind)} replace aria-current={kind === name ? 'true' : undefined}>
          <b>{m.forms[kind]}</b>
          <small>{m.hints[kind]}</small>
        </Link>
      ))}
    </nav>
  );
}
