import type { ConnectionSink } from './sink.ts';

/** Opens a second stream over a connection that all share, to its first answer; returns a function that ends it before. */
export function askBeside(
  open: (sink: ConnectionSink) => () => void,
  onAnswer: () => void,
): () => void {
  let isOver = false;
  let close = (): void => undefined;
  const end = (): void => {
    isOver = true;
    close();
  };
  // That it fails says nothing of the connection: the other streams are told of that.
  const ignore = (): void => undefined;
  close = open({
    next: () => {
      if (isOver) return;
      end();
      onAnswer();
    },
    complete: ignore,
    error: ignore,
    heard: ignore,
  });
  if (isOver) close();
  return end;
}
