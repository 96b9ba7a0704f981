import { useLocation } from 'wouter';
import { useMessages } from '../messages/messages.tsx';
import { getPreferences } from '../settings/preferences.ts';
import { useEndedJobs } from './ended-jobs.ts';
import type { EndedJob } from './ended-jobs.ts';

/** Whether somebody would see a notification, and wants it. */
function isWanted(): boolean {
  return (
    document.hidden &&
    getPreferences().notifies &&
    'Notification' in globalThis &&
    Notification.permission === 'granted'
  );
}

/** Tells of the end of jobs while the page is hidden. A click leads to what has ended. */
export function Notifications() {
  const { shell: m, controls } = useMessages();
  const [, go] = useLocation();
  useEndedJobs((jobs) => {
    if (!isWanted()) return;
    const [first] = jobs as readonly [EndedJob];
    const isOne = jobs.length === 1;
    const title = isOne ? first.subject.title : m.ended(jobs.length);
    const lines = jobs
      .slice(0, 5)
      .map(({ type, state, subject, error }) =>
        [isOne ? controls.types[type] : subject.title, controls.states[state], error?.message]
          .filter(Boolean)
          .join(': '),
      );
    // The same job again, for example after a retry, takes the place of what was said of it.
    const tag = isOne ? first.id : 'fovea-jobs';
    const notification = new Notification(title, { body: lines.join('\n'), tag });
    notification.addEventListener('click', () => {
      window.focus();
      go(isOne ? `/jobs/${first.id}` : '/');
      notification.close();
    });
  });
  return null;
}
