import { useBatch, useJob } from 'fovea-jobs-client/react';
import { useRoute } from 'wouter';

/** The version of the job or batch that the page is about. Watched by the page already: this costs no subscription. */
export function useShownVersion(): number | undefined {
  const id = useShownJobId();
  const [, batch] = useRoute('/batches/:id');
  const ofJob = useJob(id, (job) => job?.version);
  const { batch: shown } = useBatch(batch?.id);
  return ofJob ?? shown?.version;
}

/** The job that the page is about. */
export function useShownJobId(): string | undefined {
  const [, params] = useRoute('/jobs/:id/:tab?');
  return params?.id;
}
