import type { IconName } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import { useViewer } from '../session/viewer.tsx';

export interface ScreenLink {
  path: string;
  label: string;
  icon: IconName;
  /** The shortcut that leads there. */
  keys: string;
}

/** The screens that the viewer has. */
export function useScreens(): ScreenLink[] {
  const { shell: m } = useMessages();
  const { role } = useViewer();
  if (role === 'TICKET') return [];
  const screens: (ScreenLink & { isForOperators?: boolean })[] = [
    { path: '/', label: m.jobs, icon: 'jobs', keys: 'g j' },
    { path: '/new', label: m.newJob, icon: 'add', keys: 'g n' },
    { path: '/queues', label: m.queues, icon: 'queues', keys: 'g q', isForOperators: true },
    { path: '/errors', label: m.errors, icon: 'errors', keys: 'g e' },
    { path: '/settings', label: m.settings, icon: 'settings', keys: 'g s' },
  ];
  return screens.filter(({ isForOperators }) => !isForOperators || role === 'OPERATOR');
}
