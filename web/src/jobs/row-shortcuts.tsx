import { useMessages } from '../messages/messages.tsx';
import { useShortcut } from '../shell/shortcuts.ts';
import type { RowCursor } from './list/row-cursor.ts';
import type { Selection } from './list/selection.ts';

/** The keys of a list. */
export function RowShortcuts({
  cursor: { activeId, move },
  selection,
  order,
  canEscape,
  onEscape,
}: {
  cursor: RowCursor;
  selection: Selection;
  order: readonly string[];
  canEscape: boolean;
  onEscape: () => void;
}) {
  const { jobs: m } = useMessages();
  const extend = (step: number) => {
    if (activeId !== undefined && !selection.ids.has(activeId)) selection.toggle(activeId);
    const next = move(step);
    if (next !== undefined) selection.extendTo(next, order);
  };
  useShortcut('j', m.keyDown, () => void move(1));
  useShortcut('k', m.keyUp, () => void move(-1));
  useShortcut('x', m.keySelect, () => activeId !== undefined && selection.toggle(activeId));
  useShortcut('J', m.keyExtendDown, () => extend(1));
  useShortcut('K', m.keyExtendUp, () => extend(-1));
  return canEscape ? <Escape label={m.keyEscape} run={onEscape} /> : null;
}

/** Only where there is something to leave: otherwise the key is the browser's. */
function Escape({ label, run }: { label: string; run: () => void }) {
  useShortcut('Escape', label, run);
  return null;
}
