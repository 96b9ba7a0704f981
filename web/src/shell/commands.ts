import { useLocation } from 'wouter';
import { copyText } from '../controls/copy-text.ts';
import type { IconName } from '../controls/icon.tsx';
import { useMessages } from '../messages/messages.tsx';
import { session } from '../session/session.ts';
import { useViewer } from '../session/viewer.tsx';
import { setPreferences } from '../settings/preferences.ts';
import { useScreens } from './screens.ts';
import { listShortcuts } from './shortcuts.ts';

export interface Command {
  id: string;
  label: string;
  /** Of jobs: what tells them apart. */
  hint?: string;
  icon: IconName;
  keys?: string;
  run: () => void;
}

/** Everything that can be done from here: go to a screen, what this screen has keys for, and what concerns the console itself. */
export function useCommands(): { screens: Command[]; actions: Command[] } {
  const { shell: m, settings } = useMessages();
  const { role } = useViewer();
  const [, go] = useLocation();
  const all = useScreens();
  const screens = all.map(({ path, label, icon, keys }) => ({
    id: path,
    label,
    icon,
    keys,
    run: () => go(path),
  }));
  // The screens have shortcuts themselves; a key that is there twice is for what came last.
  const own = new Set(all.map(({ keys }) => keys));
  const byKeys = new Map(
    listShortcuts()
      .filter(({ keys, isOfElement }) => !isOfElement && !own.has(keys) && keys !== 'mod+k')
      .map((shortcut) => [shortcut.keys, shortcut]),
  );
  const actions: Command[] = [
    ...[...byKeys.values()].map(({ keys, label, run }): Command => ({
      id: keys,
      label,
      icon: 'play',
      keys,
      run,
    })),
    ...(['system', 'light', 'dark'] as const).map((theme): Command => ({
      id: theme,
      label: m.themeAs(settings.themes[theme]),
      icon: 'settings',
      run: () => setPreferences({ theme }),
    })),
    { id: 'link', label: m.copyLink, icon: 'copy', run: () => void copyText(location.href) },
  ];
  if (role !== 'TICKET' && session.get().token !== undefined) {
    actions.push({ id: 'out', label: m.signOut, icon: 'close', run: session.signOut });
  }
  return { screens, actions };
}
