import type { CSSProperties } from 'react';
import { useLanguage, useMessages } from '../../messages/messages.tsx';
import { useServerTexts } from '../../messages/server-texts.ts';
import { formatClock } from '../../time/time.tsx';
import { formatSpan } from '../header/ranges.ts';
import type { Run, Wait } from './history.ts';
import type { Span, TimeScale } from './time-scale.ts';
import styles from './timeline.module.css';

type Look = 'wait' | 'stage' | 'done' | 'failed' | 'open';

/** One line: a name, a bar where it was, and how long it took. It is read as a sentence. */
function Row({
  name,
  span,
  scale,
  look,
}: {
  name: string;
  span: Span;
  scale: TimeScale;
  look: Look;
}) {
  const { job: m } = useMessages();
  const { language } = useLanguage();
  const start = scale.place(span.from);
  const size = scale.place(span.to) - start;
  const where = { '--start': start, '--size': size } as CSSProperties;
  return (
    <div className={styles.row} data-look={look}>
      <span className={styles.name}>{name}</span>
      <span className={styles.track} aria-hidden="true">
        {scale.folds.map((fold) => (
          <i
            key={fold.from}
            className={styles.fold}
            title={m.folded(formatSpan(fold.to - fold.from, language))}
            style={{ '--start': fold.start, '--size': fold.end - fold.start } as CSSProperties}
          />
        ))}
        <b style={where} />
      </span>
      <span className={styles.length}>{formatSpan(span.to - span.from, language)}</span>
      <span className="visually-hidden">
        {look === 'open'
          ? m.since(formatClock(span.from, language))
          : m.fromTo(formatClock(span.from, language), formatClock(span.to, language))}
      </span>
    </div>
  );
}

export function WaitRow({ wait, scale }: { wait: Wait; scale: TimeScale }) {
  const { job: m } = useMessages();
  return (
    <li>
      <Row name={m.waits[wait.reason]} span={wait} scale={scale} look="wait" />
    </li>
  );
}

/** An attempt with its stages, and why it failed. */
export function RunRows({ run, scale }: { run: Run; scale: TimeScale }) {
  const { job: m } = useMessages();
  const texts = useServerTexts();
  const { attempt, stages, isOpen } = run;
  const ended = attempt.error ? 'failed' : 'done';
  return (
    <li className={styles.run}>
      <Row
        name={m.attemptNumber(attempt.number)}
        span={run}
        scale={scale}
        look={isOpen ? 'open' : ended}
      />
      {attempt.error && (
        <p className={styles.error}>
          <code>{attempt.error.code}</code> <bdi>{attempt.error.message}</bdi>
        </p>
      )}
      {stages.length > 0 && (
        <ol aria-label={m.stagesOf(attempt.number)}>
          {stages.map((stage) => (
            <li key={`${stage.from} ${stage.name}`}>
              <Row
                name={texts.stage(stage.name)}
                span={stage}
                scale={scale}
                look={stage.isOpen ? 'open' : 'stage'}
              />
            </li>
          ))}
        </ol>
      )}
      {attempt.worker && <p className={styles.worker}>{m.ranBy(attempt.worker)}</p>}
    </li>
  );
}
