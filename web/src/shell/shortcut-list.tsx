import { Dialog } from '../controls/dialog.tsx';
import { useMessages } from '../messages/messages.tsx';
import { ShortcutTable } from './shortcut-table.tsx';

/** The keys that work on this screen. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const { shell: m } = useMessages();
  return (
    <Dialog title={m.shortcuts} onClose={onClose}>
      <ShortcutTable />
    </Dialog>
  );
}
