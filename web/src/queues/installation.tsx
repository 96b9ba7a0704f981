import { Installation as InstallationDocument } from '../api/generated/documents.ts';
import type { InstallationQuery } from '../api/generated/types.ts';
import { useQuery } from '../api/use-query.ts';
import { Button } from '../controls/button.tsx';
import { Icon } from '../controls/icon.tsx';
import { Problem } from '../controls/notice.tsx';
import { useLanguage, useMessages } from '../messages/messages.tsx';
import { useServerTexts } from '../messages/server-texts.ts';
import { formatClock } from '../time/time.tsx';
import styles from './installation.module.css';

type Check = InstallationQuery['installation']['findings'][number];

/** What queues lack is above, as it changes. */
const isOfQueue = ({ check }: Check) => check.startsWith('queue ');

/** The server and what it stands on, as `doctor` sees it. */
export function Installation() {
  const { queues: m } = useMessages();
  const { language } = useLanguage();
  const { data, error, refetch } = useQuery(InstallationDocument, {});
  const checkedAt = data && formatClock(data.installation.checkedAt, language);
  const checks = data?.installation.findings.filter((check) => !isOfQueue(check)) ?? [];
  const faults = checks
    .filter(({ level }) => level !== 'OK')
    .toSorted((a, b) => Number(b.level === 'WRONG') - Number(a.level === 'WRONG'));
  const fine = checks.filter(({ level }) => level === 'OK');
  return (
    <section aria-label={m.installation} className={styles.installation}>
      <header className={styles.head}>
        <h2>{m.installation}</h2>
        <span>{checkedAt === undefined ? m.checking : m.checkedAt(checkedAt)}</span>
        <Button kind="quiet" onClick={refetch}>
          {m.checkAgain}
        </Button>
      </header>
      {error && <Problem error={error} onRetry={refetch} />}
      <div aria-live="polite">
        {data && faults.length === 0 && (
          <p className={styles.allWell}>
            <Icon name="check" />
            {m.installationWell}
          </p>
        )}
        <Checks checks={faults} />
      </div>
      {fine.length > 0 && (
        <details className={styles.fine}>
          <summary>{m.fineChecks(fine.length)}</summary>
          <Checks checks={fine} />
        </details>
      )}
    </section>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  const { queues: m } = useMessages();
  return (
    <ul className={styles.checks}>
      {checks.map(({ check, level, seen, advice }) => (
        <li key={`${check} ${seen}`} data-level={level}>
          <Icon name={level === 'OK' ? 'check' : 'errors'} />
          <span className="visually-hidden">{m.levels[level]}</span>
          <div>
            <p>
              <strong>
                <Said text={check} />
              </strong>{' '}
              <Said text={seen} />
            </p>
            {advice !== null && (
              <small>
                <Said text={advice} />
              </small>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What the server says in English, in the language of the page; the words of other servers stay as they are. */
function Said({ text }: { text: string }) {
  const said = useServerTexts().finding(text);
  if (said !== text) return said;
  return (
    <span lang="en" dir="ltr">
      {text}
    </span>
  );
}
