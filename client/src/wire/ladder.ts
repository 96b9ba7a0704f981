import type { Loss } from './transport.ts';

/** Attempts of one transport that fail before it has connected, until the next one is tried. */
const attemptsOfEach = 2;
/** So long a transport below the first is kept, in ms; the next connection after that begins at the top again. */
const keepLowerMs = 60_000;

export interface Ladder<Name> {
  /** The transport for the next connection. */
  choose: () => Name;
  succeeded: () => void;
  /** It was lost before it was connected. */
  failed: (loss: Loss) => void;
}

/** Which of the transports to use: the first that works here. */
export function createLadder<Name>(names: readonly Name[]): Ladder<Name> {
  let rung = 0;
  let attempts = 0;
  let leftTopAt = 0;
  return {
    choose: () => {
      if (rung > 0 && Date.now() - leftTopAt > keepLowerMs) rung = attempts = 0;
      return names[rung]!;
    },
    succeeded: () => {
      attempts = 0;
    },
    failed: ({ reason }) => {
      // Another token is needed, not another transport.
      if (reason === 'unauthorized') return;
      attempts += 1;
      if (attempts < attemptsOfEach && reason !== 'unsupported') return;
      if (rung === 0) leftTopAt = Date.now();
      // After the last one comes the first: the network may be another one by then.
      rung = (rung + 1) % names.length;
      attempts = 0;
    },
  };
}
