import { StrictMode, Suspense, use } from 'react';
import { createRoot } from 'react-dom/client';
import { createJobs } from 'fovea-jobs-client';
import { JobsProvider, useJob, useResult, useSubmit } from 'fovea-jobs-client/react';

const jobs = createJobs({ url: '/graphql' });
type Choices = { id: string; label: string }[];
const choices = jobs.request<{ videos: { nodes: { node: Choices[0] }[] }; personas: Choices }>(
  '{ videos { nodes: edges { node { id label: title } } } personas { id label: name } }',
);

function Select({ name, of }: { name: string; of: Choices }) {
  const options = of.map(({ id, label }) => <option key={id} value={id} label={label} />);
  return <select name={name} aria-label={name} children={options} />;
}

function App() {
  const { videos, personas } = use(choices);
  const { submit, id, isSubmitting, refusal } = useSubmit('summarizeVideo');
  const start = (form: FormData) =>
    void submit({ videoId: form.get('Video') as string, personaId: form.get('Persona') as string });
  return (
    <form action={start}>
      <Select name="Video" of={videos.nodes.map(({ node: { id, label } }) => ({ id, label }))} />
      <Select name="Persona" of={personas} />
      <button disabled={isSubmitting}>Summarize</button>
      {refusal ? <p role="alert">{refusal.message}</p> : id && <Progress id={id} />}
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
      <button type="button" hidden={!job?.cancelable} onClick={() => void cancel()}>
        Cancel
      </button>
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
