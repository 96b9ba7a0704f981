/** What tabs of the console, and pages of the same origin that contain it, say to each other. */
export type TabMessage =
  /** Asks for a token, other than the one that has ended. */
  | { type: 'ask'; ended: string | undefined }
  /** Hands one over: an answer, or because somebody has signed in. */
  | { type: 'token'; token: string }
  | { type: 'signedOut'; token: string };

const channelName = 'fovea-jobs.session';
/** So long other tabs have for an answer, in ms. They are on the same machine. */
const answerWithinMs = 250;

export interface TabChannel {
  send: (message: TabMessage) => void;
  /** The token of another tab; undefined if none has one. */
  ask: (ended: string | undefined) => Promise<string | undefined>;
}

/** Opens the channel for as long as the page is there. No page of another origin can read it. */
export function openTabChannel(onMessage: (message: TabMessage) => void): TabChannel {
  const channel = new BroadcastChannel(channelName);
  let answer: ((token: string) => void) | undefined;
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (!isTabMessage(data)) return;
    if (data.type === 'token' && answer) answer(data.token);
    else onMessage(data);
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin, and takes none
  const send = (message: TabMessage) => channel.postMessage(message);
  return {
    send,
    ask: (ended) =>
      new Promise((resolve) => {
        const settle = (token?: string) => {
          clearTimeout(timer);
          answer = undefined;
          resolve(token);
        };
        const timer = setTimeout(settle, answerWithinMs);
        answer = (token) => {
          if (token !== ended) settle(token);
        };
        send({ type: 'ask', ended });
      }),
  };
}

function isTabMessage(data: unknown): data is TabMessage {
  if (typeof data !== 'object' || data === null) return false;
  const { type, token } = data as Partial<Record<string, unknown>>;
  return (
    type === 'ask' || ((type === 'token' || type === 'signedOut') && typeof token === 'string')
  );
}
