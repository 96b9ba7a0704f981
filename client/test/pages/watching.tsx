import { Component, StrictMode, Suspense, use, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { createJobs } from '../../src/index.ts';
import type { TransportName } from '../../src/index.ts';
import {
  JobsProvider,
  useBatch,
  useClient,
  useJob,
  useResult,
  useWire,
} from '../../src/react/index.ts';

declare global {
  interface Window {
    /** Signs in again. */
    getToken?: () => Promise<string>;
    /** Of each job: so often its row was rendered. */
    renders: Record<string, number>;
  }
}

window.renders = {};
const parameters = new URLSearchParams(location.search);
const read = (name: string) => parameters.get(name)?.split(',') ?? [];
const transports = read('transport') as TransportName[];
const jobs = createJobs({
  url: '/graphql',
  pingMs: 1_000,
  ...(transports.length > 0 && { transports }),
  ...(window.getToken && { token: window.getToken }),
});

function Row({ id }: { id: string }) {
  const state = useJob(id, (job) => job?.state);
  const { cancel, retry } = useClient();
  useEffect(() => {
    window.renders[id] = (window.renders[id] ?? 0) + 1;
  });
  return (
    <li>
      <output aria-label={id}>{state}</output>
      <button onClick={() => void cancel(id)}>{`Cancel ${id}`}</button>
      <button onClick={() => void retry(id)}>{`Retry ${id}`}</button>
    </li>
  );
}

function BatchRow({ id }: { id: string | null }) {
  const { batch, error } = useBatch(id);
  return (
    <output aria-label="batch">
      {error?.code ?? (batch ? `${batch.state} ${batch.progress}` : 'none')}
    </output>
  );
}

function ResultText({ id }: { id: string }) {
  const result = use(useResult(id));
  return <output aria-label="result">{'text' in result ? result.text : result.id}</output>;
}

class Boundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {};
  static getDerivedStateFromError = ({ message }: Error) => ({ message });
  override render() {
    const { message } = this.state;
    if (message === undefined) return this.props.children;
    return (
      <p>
        <output aria-label="result">{message}</output>
        <button onClick={() => this.setState({ message: undefined })}>Ask again</button>
      </p>
    );
  }
}

function App() {
  const { state, transport, missed } = useWire();
  const [batch, setBatch] = useState<string | null>(null);
  return (
    <>
      <output aria-label="wire">{`${state} ${transport ?? ''}`}</output>
      <output aria-label="missed">{missed}</output>
      <ul>
        {read('jobs').map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
      <button onClick={() => setBatch(batch ? null : read('batch')[0]!)}>Toggle the batch</button>
      <BatchRow id={batch} />
      {read('result').map((id) => (
        <Boundary key={id}>
          <Suspense fallback={<output aria-label="result">on its way</output>}>
            <ResultText id={id} />
          </Suspense>
        </Boundary>
      ))}
    </>
  );
}

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <JobsProvider jobs={jobs}>
      <App />
    </JobsProvider>
  </StrictMode>,
);
