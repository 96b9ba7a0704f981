import { memo } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../controls/icon.tsx';
import { Menu } from '../../controls/menu.tsx';
import { StateBadge } from '../../controls/state-badge.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Ago } from '../../time/time.tsx';
import type { JobRow as Row } from '../engine/rows.ts';
import styles from './job-row.module.css';
import { RowProgress } from './row-progress.tsx';

export interface RowActions {
  /** Shows it beside the list; once it is there, as a page. */
  open: (id: string) => void;
  toggle: (id: string) => void;
  extendTo: (id: string) => void;
  move: (step: number) => void;
  activate: (id: string) => void;
  cancel: (id: string) => void;
  retry: (id: string) => void;
  findLike: (job: Row) => void;
  onMenu: (isOpen: boolean) => void;
}

export interface JobRowProps {
  job: Row;
  /** Counted from 1; the head of the table is the first. */
  index: number;
  /** The one row that Tab reaches. */
  isActive: boolean;
  isSelected: boolean;
  isOpen: boolean;
  /** It stays where it was, but matches no more. */
  isGone: boolean;
  hasOwner: boolean;
  actions: RowActions;
  onKey: (event: KeyboardEvent<HTMLElement>) => void;
}

const controls = 'a, button, input, label, [popover]';

/** One job in one line, or on a narrow list in two. */
export const JobRow = memo(function JobRow(props: JobRowProps) {
  const { job, index, isActive, isSelected, isOpen, isGone, hasOwner, actions, onKey } = props;
  const {
    jobs: m,
    controls: { types },
  } = useMessages();
  const { title } = job.subject;
  const tabIndex = isActive ? 0 : -1;
  const onClick = (event: MouseEvent) => {
    if ((event.target as Element).closest(controls)) return;
    actions.activate(job.id);
    if (event.shiftKey) actions.extendTo(job.id);
    else if (event.ctrlKey || event.metaKey) actions.toggle(job.id);
    else actions.open(job.id);
  };
  return (
    <div
      role="row"
      aria-rowindex={index}
      aria-selected={isSelected}
      data-id={job.id}
      data-open={isOpen || undefined}
      data-gone={isGone || undefined}
      className={styles.row}
      tabIndex={tabIndex}
      onClick={onClick}
      // A range of rows is no range of text.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onKeyDown={onKey}
      onFocus={() => actions.activate(job.id)}
    >
      <span role="gridcell" className={styles.select}>
        <input
          type="checkbox"
          aria-label={m.selectJob(title)}
          tabIndex={tabIndex}
          checked={isSelected}
          onChange={() => undefined}
          onClick={(event) => (event.shiftKey ? actions.extendTo(job.id) : actions.toggle(job.id))}
        />
      </span>
      <span role="gridcell" className={styles.state}>
        <StateBadge state={job.state} />
      </span>
      <span role="gridcell" className={styles.subject}>
        <Link
          href={`/jobs/${job.id}`}
          dir="auto"
          tabIndex={tabIndex}
          title={title}
          onClick={(event: MouseEvent) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            // The row shows it beside the list; in a tab of its own the link is a link.
            event.preventDefault();
            actions.activate(job.id);
            actions.open(job.id);
          }}
        >
          {title}
        </Link>
        {job.tags.map((tag) => (
          <span key={tag} className={styles.tag}>
            {tag}
          </span>
        ))}
        {isGone && <span className={styles.gone}>{m.gone}</span>}
      </span>
      <span role="gridcell" className={styles.type}>
        {types[job.type]}
      </span>
      <span role="gridcell" className={styles.progress}>
        <RowProgress job={job} />
      </span>
      <span role="gridcell" className={styles.attempt}>
        {job.attempt > 0 && m.attemptOf(job.attempt, job.maxAttempts)}
      </span>
      {hasOwner && (
        <span role="gridcell" className={styles.owner} title={job.owner ?? ''}>
          {job.owner}
        </span>
      )}
      <span role="gridcell" className={styles.age}>
        <Ago at={job.createdAt} />
      </span>
      <span role="gridcell" className={styles.actions}>
        <RowMenu job={job} actions={actions} tabIndex={tabIndex} />
      </span>
    </div>
  );
});

function RowMenu({
  job,
  actions,
  tabIndex,
}: Pick<JobRowProps, 'job' | 'actions'> & { tabIndex: number }) {
  const { jobs: m } = useMessages();
  const { id } = job;
  const items = [
    { label: m.open, run: () => actions.open(id) },
    { label: m.sameTitle, run: () => actions.findLike(job) },
    ...(job.retryable ? [{ label: m.retryJob, run: () => actions.retry(id) }] : []),
    ...(job.cancelable ? [{ label: m.cancel, run: () => actions.cancel(id), isDanger: true }] : []),
  ];
  return (
    <Menu
      label={m.actionsOf(job.subject.title)}
      items={items}
      onOpenChange={actions.onMenu}
      tabIndex={tabIndex}
    >
      <Icon name="more" />
    </Menu>
  );
}
