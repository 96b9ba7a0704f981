import { StrictMode, Suspense, use } from 'react';
import { createRoot } from 'react-dom/client';
import { createJobs } from 'fovea-jobs-client';
import { JobsProvider, useJob, useResult, useSubmit } from 'fovea-jobs-client/react';

const jobs = createJobs({ url: '/graphql' });
const choices = jobs.request<{
  videos: { edges: { node: { id: string; title: string } }[] };
  personas: { id: string; name: string }[];
}>('{ videos { edges { node { id title } } } personas { id name } }');

function App() {
  const { videos, personas } = use(choices);
  const { submit, id, isSubmitting, refusal } = useSubmit('summarizeVideo');
  const start = (form: FormData) => {
    const read = (name: string) => form.get(name) as string;
    void submit({ videoId: read('video'), personaId: read('persona') });
  };
  return (
    <form action={start}>
      <select name="video" aria-label="Video">
        {videos.edges.map(({ node }) => (
          <option key={node.id} value={node.id}>
            {node.title}
          </option>
        ))}
      </select>
      <select name="persona" aria-label="Persona">
        {personas.map((persona) => (
          <option key={persona.id} value={persona.id}>
            {persona.name}
          </option>
        ))}
      </select>
      <button disabled={isSubmitting}>Summarize</button>
      <p role="alert">{refusal?.message}</p>
      {id && <Progress id={id} />}
    </form>
  );
}

function Progress({ id }: { id: string }) {
  const { job, error, wire, cancel } = useJob(id);
  if (job?.state === 'COMPLETED') return <Summary id={id} />;
  return (
    <p>
      <progress value={job?.progress ?? 0} max={100} />{' '}
      {error?.message ?? job?.error?.message ?? job?.stage ?? job?.waiting?.message ?? job?.state}{' '}
      {wire.state === 'offline' && <small>offline</small>}
      {job?.cancelable && (
        <button type="button" onClick={() => void cancel()}>
          Cancel
        </button>
      )}
    </p>
  );
}

function Summary({ id }: { id: string }) {
  const result = use(useResult(id));
  return <blockquote>{'text' in result && result.text}</blockquote>;
}

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <JobsProvider jobs={jobs}>
      <Suspense fallback="…">
        <App />
      </Suspense>
    </JobsProvider>
  </StrictMode>,
);
