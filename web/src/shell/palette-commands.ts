import { useLocation } from 'wouter';
import { useMessages } from '../messages/messages.tsx';
import { useViewer } from '../session/viewer.tsx';
import { useCommands } from './commands.ts';
import type { Command } from './commands.ts';
import { useFoundJobs } from './find-jobs.ts';

export interface CommandGroup {
  title: string;
  commands: readonly Command[];
}
/** Whether a label has all words of a text. */
function matches(label: string, text: string): boolean {
  const lower = label.toLocaleLowerCase();
  return text
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

/** What fits a text, by kind. */
export function useCommandGroups(text: string): CommandGroup[] {
  const { shell: m, controls } = useMessages();
  const { role } = useViewer();
  const [, go] = useLocation();
  const { screens, actions } = useCommands();
  const { jobs } = useFoundJobs(text);
  const found: Command[] = jobs.map(({ id, type, state, subject }) => ({
    id,
    label: subject.title,
    hint: `${controls.types[type]} · ${controls.states[state]}`,
    icon: 'jobs',
    run: () => go(`/jobs/${id}`),
  }));
  const fit = (commands: readonly Command[]) =>
    commands.filter(({ label }) => matches(label, text));
  return [
    { title: m.screens, commands: fit(screens) },
    { title: m.jobs, commands: role === 'TICKET' ? [] : found },
    { title: m.actions, commands: fit(actions) },
  ].filter(({ commands }) => commands.length > 0);
}
