import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createJobs, isFinal } from '../../src/index.ts';
import type { JobOptions, TransportName } from '../../src/index.ts';
import {
  JobsProvider,
  useJob,
  useJobLogs,
  useJobs,
  useSubmit,
  useWire,
} from '../../src/react/index.ts';

declare global {
  interface Window {
    input: { videoId: string; personaId: string };
    /** Of the component that shows the state alone. */
    stateRenders: number;
  }
}

window.stateRenders = 0;
const parameters = new URLSearchParams(location.search);
const transport = parameters.get('transport') as TransportName | null;
const jobs = createJobs({
  url: '/graphql',
  pingMs: 1_000,
  ...(transport && { transports: [transport] }),
});
const options: JobOptions = { tags: ['from a page'] };

function State({ id }: { id: string | undefined }) {
  const state = useJob(id, (job) => job?.state);
  useEffect(() => {
    window.stateRenders += 1;
  });
  return <output aria-label="state">{state}</output>;
}

function Row({ id }: { id: string | undefined }) {
  const { job, error, cancel } = useJob(id);
  const { count } = useJobLogs(id);
  return (
    <p>
      <progress aria-label="progress" value={job?.progress ?? 0} max={100} />
      <output aria-label="version">{job?.version}</output>
      <output aria-label="lines">{count}</output>
      <output aria-label="error">{error?.code}</output>
      <button onClick={() => void cancel()}>Cancel</button>
    </p>
  );
}

function List() {
  const { jobs: rows, isCurrent } = useJobs({ tags: ['from a page'] });
  return (
    <ul aria-label="jobs" aria-busy={!isCurrent}>
      {rows.map((job) => (
        <li key={job.id}>{`${job.state} ${isFinal(job) ? 'ended' : 'runs'}`}</li>
      ))}
    </ul>
  );
}

function App() {
  const { submit, id, isSubmitting, refusal } = useSubmit('summarizeVideo');
  const { state, transport: name, missed } = useWire();
  const [shown, setShown] = useState(parameters.get('id') ?? undefined);
  const [isListShown, setListShown] = useState(true);
  const watched = id ?? shown;
  return (
    <>
      <button disabled={isSubmitting} onClick={() => void submit(window.input, options)}>
        Summarize
      </button>
      <button onClick={() => void submit({ ...window.input, maxFrames: 0 })}>
        Summarize wrongly
      </button>
      <button onClick={() => setShown('00000000-0000-7000-8000-000000000000')}>
        Show a job that is not there
      </button>
      <button onClick={() => setListShown(!isListShown)}>Toggle the list</button>
      <output aria-label="refusal">{refusal?.message}</output>
      <output aria-label="wire">{`${state} ${name ?? ''}`}</output>
      <output aria-label="missed">{missed}</output>
      <State id={watched} />
      <Row id={watched} />
      {isListShown && <List />}
    </>
  );
}

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    {parameters.has('withoutProvider') ? (
      <App />
    ) : (
      <JobsProvider jobs={jobs}>
        <App />
      </JobsProvider>
    )}
  </StrictMode>,
);
