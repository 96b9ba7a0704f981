import { useDeferredValue, useMemo, useState } from 'react';
import type { Job } from 'fovea-jobs-client';
import { isFinal } from 'fovea-jobs-client';
import { useSearchParams } from 'wouter';
import { Empty, Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { createLogLayout, levels } from './log-layout.ts';
import type { Level, LogChoice } from './log-layout.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { LogWindow } from './log-window.tsx';
import styles from './log.module.css';
import { useLog } from './use-log.ts';

/** What is shown of a log is in the URL, so that a link and a reload show the same. */
function useLogChoice(): [LogChoice, (change: Partial<LogChoice>) => void] {
  const [params, setParams] = useSearchParams();
  const level = params.get('level') as Level | null;
  const choice: LogChoice = {
    level: level && levels.includes(level) ? level : 'DEBUG',
    search: params.get('search') ?? '',
    newestFirst: params.get('order') === 'newest',
  };
  const choose = (change: Partial<LogChoice>) => {
    const next = { ...choice, ...change };
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        const set = (key: string, value: string) =>
          value ? after.set(key, value) : after.delete(key);
        set('level', next.level === 'DEBUG' ? '' : next.level);
        set('search', next.search);
        set('order', next.newestFirst ? 'newest' : '');
        return after;
      },
      { replace: true },
    );
  };
  return [choice, choose];
}

/** A job's log: all of it, by attempt, with what is looked for. */
export function LogTab({ job }: { job: Job }) {
  const { job: m } = useMessages();
  const { lines, count, error } = useLog(job.id, isFinal(job));
  const [choice, choose] = useLogChoice();
  const [columns, setColumns] = useState(120);
  const search = useDeferredValue(choice.search.toLowerCase());
  const { level, newestFirst } = choice;
  const layOut = useMemo(
    () => createLogLayout(lines, { level, search, newestFirst }, columns),
    [lines, level, search, newestFirst, columns],
  );
  const layout = useMemo(() => layOut(count), [layOut, count]);
  const nothing = isFinal(job) ? m.noLines : m.noLinesYet;
  if (error && count === 0) return <Problem error={error} />;
  return (
    <section className={styles.log} aria-label={m.tabs.log}>
      <LogToolbar job={job} layout={layout} count={count} choice={choice} choose={choose} />
      {layout.count === 0 ? (
        <Empty title={count > 0 ? m.noLineMatches : nothing} />
      ) : (
        <LogWindow
          key={String(newestFirst)}
          layout={layout}
          search={search}
          newestFirst={newestFirst}
          followFirst={!isFinal(job) || job.state === 'FAILED'}
          isOver={isFinal(job)}
          onColumns={setColumns}
        />
      )}
    </section>
  );
}
