/** Puts a text on the clipboard, also over plain HTTP, where pages have no clipboard API. Returns whether it is there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    // Absent outside of secure contexts.
    await (navigator.clipboard as Clipboard | undefined)!.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  field.ariaHidden = 'true';
  // Inside of a dialog that is open, nothing outside of it takes the focus.
  (focused?.closest('dialog') ?? document.body).append(field);
  field.select();
  // oxlint-disable-next-line typescript/no-deprecated -- there is no other way without a secure context
  const isCopied = document.execCommand('copy');
  field.remove();
  focused?.focus();
  return isCopied;
}
