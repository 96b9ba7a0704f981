import { useRef } from 'react';
import type { Job } from 'fovea-jobs-client';
import { Button } from '../../controls/button.tsx';
import { Icon } from '../../controls/icon.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { levels } from './log-layout.ts';
import type { Level, LogChoice, LogLayout } from './log-layout.ts';
import styles from './log.module.css';

function toText({ items }: LogLayout): string {
  return items
    .flatMap(({ line }) => (line ? `${line.at} ${line.level} ${line.message}\n` : []))
    .join('');
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken it by the time that this runs.
  setTimeout(() => URL.revokeObjectURL(url));
}

/** What is shown of a log, and what one can take of it: that which is shown. */
export function LogToolbar({
  job,
  layout,
  count,
  choice,
  choose,
}: {
  job: Job;
  layout: LogLayout;
  count: number;
  choice: LogChoice;
  choose: (change: Partial<LogChoice>) => void;
}) {
  const { job: m } = useMessages();
  const search = useRef<HTMLInputElement>(null);
  useShortcut('/', m.searchLog, () => search.current?.focus());
  return (
    <div className={styles.toolbar}>
      <input
        ref={search}
        type="search"
        placeholder={m.searchLog}
        aria-label={m.searchLog}
        value={choice.search}
        onChange={({ target }) => choose({ search: target.value })}
      />
      <select
        aria-label={m.level}
        value={choice.level}
        onChange={({ target }) => choose({ level: target.value as Level })}
      >
        {levels.map((level) => (
          <option key={level} value={level}>
            {m.levels[level]}
          </option>
        ))}
      </select>
      <select
        aria-label={m.order}
        value={String(choice.newestFirst)}
        onChange={({ target }) => choose({ newestFirst: target.value === 'true' })}
      >
        <option value="false">{m.oldestFirst}</option>
        <option value="true">{m.newestFirst}</option>
      </select>
      <span className={styles.count} role="status">
        {layout.count === count ? m.lines(count) : m.linesOf(layout.count, count)}
      </span>
      <span className={styles.take}>
        <CopyButton text={() => toText(layout)} />
        <Button
          kind="quiet"
          onClick={() => download(`${job.subject.title} ${job.id}.log`, toText(layout))}
        >
          <Icon name="download" />
          {m.download}
        </Button>
      </span>
    </div>
  );
}
