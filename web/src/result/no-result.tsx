import type { Job } from 'fovea-jobs-client';
import { Empty } from '../controls/notice.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useServerTexts } from '../messages/server-texts.ts';

/** In the place of a result: what will be here, or why there will be nothing. How far the job is, and its error, are in the header above. */
export function NoResult({ job: { state, type, error, waiting } }: { job: Job }) {
  const { result: m } = useMessages();
  const texts = useServerTexts();
  switch (state) {
    case 'ACTIVE':
      return <Empty title={m.working}>{m.hints[type]}</Empty>;
    case 'FAILED':
      return <Empty title={m.failed}>{error ? m.whatToDo[error.code] : m.noneHint}</Empty>;
    case 'CANCELED':
      return <Empty title={m.canceled}>{m.noneHint}</Empty>;
    case 'EXPIRED':
      return <Empty title={m.expired}>{m.noneHint}</Empty>;
    default:
      return <Empty title={m.notYet}>{waiting ? texts.waiting(waiting) : m.hints[type]}</Empty>;
  }
}

/** In the place of a result that was deleted with its video or persona. */
export function DeletedResult() {
  const { result: m } = useMessages();
  return <Empty title={m.deleted}>{m.deletedHint}</Empty>;
}
