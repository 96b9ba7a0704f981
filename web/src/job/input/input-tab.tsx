import type { ReactNode } from 'react';
import type { Job } from 'fovea-jobs-client';
import { JobInput } from '../../api/generated/documents.ts';
import { useQuery } from '../../api/use-query.ts';
import { Loading, Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { useViewer } from '../../session/viewer.tsx';
import { formatDuration } from '../../time/time.tsx';
import styles from './input.module.css';
import { readParameters } from './parameters.ts';
import { ParameterValue } from './parameter-value.tsx';

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What a job was asked to do, with names instead of ids. */
export function InputTab({ job }: { job: Job }) {
  const { job: m } = useMessages();
  const { role } = useViewer();
  const { data, error, refetch } = useQuery(JobInput, {
    id: job.id,
    withPath: role !== 'TICKET',
  });
  if (error && !data) return <Problem error={error} onRetry={refetch} />;
  if (!data?.job) return <Loading />;
  const { video, persona } = data.job.subject;
  return (
    <dl className={styles.input}>
      {video && (
        <Entry name={m.video}>
          {video.title}
          <small>
            {video.path ?? ''}
            {video.durationSeconds !== null &&
              ` · ${formatDuration(video.durationSeconds * 1_000)}`}
          </small>
        </Entry>
      )}
      {persona && (
        <Entry name={m.persona}>
          {persona.name} ({persona.role})<small>{persona.informationNeed}</small>
        </Entry>
      )}
      {Object.entries(readParameters(data.job)).map(([key, value]) => (
        <Entry key={key} name={m.parameters[key as keyof typeof m.parameters] ?? key}>
          <ParameterValue value={value} />
        </Entry>
      ))}
    </dl>
  );
}
