import { useEffect, useState } from 'react';
import { useMessages } from '../messages/messages.tsx';
import { Button } from './button.tsx';
import { copyText } from './copy-text.ts';
import { Icon } from './icon.tsx';

/** So long it says that the text was copied, in ms. */
const saidForMs = 2_000;

/** Copies a text, and says so. `label` is what it copies; without `children` it is the name of a button with a sign alone. */
export function CopyButton({
  text,
  label,
  isShort = false,
  kind = 'quiet',
}: {
  /** A function is called at the click, for texts that cost something to make. */
  text: string | (() => string);
  label?: string;
  /** Only the sign is shown. */
  isShort?: boolean;
  kind?: 'quiet' | 'plain';
}) {
  const { controls: m } = useMessages();
  const [answer, setAnswer] = useState<string>();
  useEffect(() => {
    if (answer === undefined) return;
    const timer = setTimeout(() => setAnswer(undefined), saidForMs);
    return () => clearTimeout(timer);
  }, [answer]);

  async function copy(): Promise<void> {
    const isCopied = await copyText(typeof text === 'function' ? text() : text);
    setAnswer(isCopied ? m.copied : m.notCopied);
  }

  const name = label ?? m.copy;
  return (
    <>
      <Button
        kind={kind}
        aria-label={isShort ? name : undefined}
        title={isShort ? name : undefined}
        onClick={() => void copy()}
      >
        <Icon name={answer === m.copied ? 'check' : 'copy'} />
        {!isShort && (answer ?? name)}
      </Button>
      <span className="visually-hidden" role="status">
        {answer}
      </span>
    </>
  );
}
