import { memo } from 'react';
import { useMessages } from '../../messages/messages.tsx';
import type { LogItem } from './log-layout.ts';
import styles from './log.module.css';

/** A text with what is looked for in it marked. */
function Marked({ text, search }: { text: string; search: string }) {
  if (search === '') return text;
  const parts = [];
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(search); at >= 0; at = lower.indexOf(search, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + search.length)}</mark>);
    from = at + search.length;
  }
  return [...parts, text.slice(from)];
}

/** A line of a log, or the head of an attempt's lines. */
export const LogRow = memo(function LogRow({
  item,
  search,
  clock,
}: {
  item: LogItem;
  search: string;
  clock: Intl.DateTimeFormat;
}) {
  const { job: m } = useMessages();
  const { line, attempt } = item;
  if (!line)
    return (
      <li className={styles.head}>
        <h3>{m.attemptNumber(attempt)}</h3>
      </li>
    );
  return (
    <li className={styles.line} data-level={line.level}>
      <time dateTime={line.at} title={line.at}>
        {clock.format(new Date(line.at))}
      </time>
      <span className={styles.level}>{line.level}</span>
      <span className={styles.message}>
        <Marked text={line.message} search={search} />
      </span>
    </li>
  );
});
