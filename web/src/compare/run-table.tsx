import { Link } from 'wouter';
import { StateBadge } from '../controls/state-badge.tsx';
import { formatSpan } from '../job/header/ranges.ts';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { formatExact } from '../time/time.tsx';
import styles from './compare.module.css';
import { readTimes } from './read-run.ts';
import type { ComparedJob } from './read-run.ts';

/** Which two runs these are, how they ended, and how long they took. */
export function RunTable({ runs }: { runs: readonly [ComparedJob, ComparedJob] }) {
  const { compare: m, controls } = useMessages();
  const { language } = useLanguage();
  const show = (ms: number | undefined) => (ms === undefined ? '–' : formatSpan(ms, language));
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{m.runs}</caption>
      <thead>
        <tr>
          <th scope="col">{m.run}</th>
          {runs.map((run, index) => (
            <th key={run.id} scope="col">
              <Link href={`/jobs/${run.id}`}>{index === 0 ? m.before : m.after}</Link>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Row
          name={m.what}
          cells={runs.map((run) => `${controls.types[run.type]}, ${run.subject.title}`)}
        />
        <Row name={m.accepted} cells={runs.map((run) => formatExact(run.createdAt, language))} />
        <Row
          name={m.state}
          cells={runs.map((run) => (
            <StateBadge key={run.id} state={run.state} />
          ))}
        />
        <Row name={m.persona} cells={runs.map((run) => run.subject.persona?.name ?? '–')} />
        <Row name={m.waited} cells={runs.map((run) => show(readTimes(run).waited))} />
        <Row name={m.ran} cells={runs.map((run) => show(readTimes(run).ran))} />
        <Row name={m.attempts} cells={runs.map((run) => String(run.attempt))} />
        {runs.some(({ error }) => error) && (
          <Row name={m.error} cells={runs.map(({ error }) => error?.message ?? '–')} />
        )}
      </tbody>
    </table>
  );
}

function Row({ name, cells }: { name: string; cells: readonly React.ReactNode[] }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, index) => (
        <td key={index}>{cell}</td>
      ))}
    </tr>
  );
}
