import { useParams } from 'wouter';
import { ComparedJob } from '../api/generated/documents.ts';
import { useQuery } from '../api/use-query.ts';
import { Empty, Loading, Problem } from '../controls/notice.tsx';
import { Screen } from '../controls/screen.tsx';
import { useMessages } from '../messages/messages.tsx';
import { readParameters } from '../job/input/parameters.ts';
import { ClaimChanges } from './claim-changes.tsx';
import styles from './compare.module.css';
import { diffWords } from './diff-words.ts';
import { ParameterTable } from './parameter-table.tsx';
import { readFound } from './read-run.ts';
import { RunTable } from './run-table.tsx';

/** Texts that have less than this share of their characters in common are shown beside each other. */
const leastShare = 0.35;

/** Two runs beside each other: what was asked, what was found, and how long it took. */
export function CompareScreen() {
  const { a, b } = useParams<{ a: string; b: string }>();
  const { compare: m } = useMessages();
  const before = useQuery(ComparedJob, { id: a });
  const after = useQuery(ComparedJob, { id: b });
  const failed = [before, after].find(({ error }) => error);
  if (failed) return <Problem error={failed.error!} onRetry={failed.refetch} />;
  if (!before.data?.job || !after.data?.job) return <Loading />;
  const runs = [before.data.job, after.data.job] as const;
  const [old, now] = runs.map(readFound) as [
    ReturnType<typeof readFound>,
    ReturnType<typeof readFound>,
  ];
  const isAlike = runs[0].type === runs[1].type;
  return (
    <Screen title={m.title(runs[1].subject.title)}>
      <div className={styles.screen}>
        <RunTable runs={runs} />
        {isAlike && (
          <ParameterTable before={readParameters(runs[0])} after={readParameters(runs[1])} />
        )}
        {old.text !== undefined && now.text !== undefined && (
          <section className={styles.section} aria-label={m.words}>
            <h2>{m.words}</h2>
            <WordChanges before={old.text} after={now.text} />
          </section>
        )}
        {old.claims && now.claims && <ClaimChanges before={old.claims} after={now.claims} />}
        {old.text === undefined && old.claims === undefined && <Empty title={m.nothingToCompare} />}
      </div>
    </Screen>
  );
}

function WordChanges({ before, after }: { before: string; after: string }) {
  const { compare: m } = useMessages();
  const pieces = diffWords(before, after);
  if (pieces.every(({ kind }) => kind === 'same')) return <p>{m.sameWords}</p>;
  const length = pieces.reduce((sum, { text }) => sum + text.length, 0);
  const same = pieces.filter(({ kind }) => kind === 'same');
  const share = same.reduce((sum, { text }) => sum + text.length, 0) / length;
  // Of two texts that have little in common, the differences cannot be read.
  if (share < leastShare)
    return (
      <div className={styles.beside}>
        <p dir="auto">{before}</p>
        <p dir="auto">{after}</p>
      </div>
    );
  const tags = { same: 'span', removed: 'del', added: 'ins' } as const;
  return (
    <p className={styles.words} dir="auto">
      {pieces.map(({ kind, text }, index) => {
        const Tag = tags[kind];
        return <Tag key={index}>{text}</Tag>;
      })}
    </p>
  );
}
