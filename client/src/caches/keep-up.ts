import type { DocumentNode } from 'graphql';
import { isSame } from '../topics/topic.ts';
import { backoff } from '../wire/backoff.ts';
import { isPassing, isUnauthorized } from '../wire/codes.ts';
import { missedPings, usualPingMs } from '../wire/watchdog.ts';
import { addVersions } from './add-versions.ts';
import { askBeside } from './ask-beside.ts';
import { findResumable } from './resumable.ts';
import type { Resumable } from './resumable.ts';
import type { Answer, ConnectionSink, Sink } from './sink.ts';

type Fields = Record<string, unknown>;

interface Plan {
  document: DocumentNode;
  resumable: Resumable | undefined;
}

const plans = new WeakMap<DocumentNode, Plan>();

/** What is sent instead of a document. */
export function planFor(document: DocumentNode): Plan {
  const known = plans.get(document);
  if (known) return known;
  const versioned = addVersions(document);
  const resumable = findResumable(versioned);
  const plan = { document: resumable?.document ?? versioned, resumable };
  plans.set(document, plan);
  return plan;
}

/** How a connection that is silent is noticed. */
export interface KeepUpOptions {
  /** So often the server is heard at least, in ms; 10 seconds. After 2.5 times as long without news it is asked for something. */
  pingMs?: number;
  /** Ends the connection that all subscriptions share, such as `terminate` of graphql-ws: it does not answer any more. */
  terminate?: () => void;
}

/**
 * Keeps a subscription up: opens it again, after what came last, however it ended, until what it watches is over or can never
 * be watched. Where pings are heard, silence is the end of a connection. Elsewhere the server is asked for something then: over
 * a connection that all share by a list that is empty, otherwise by the subscription itself, where the server has something to say
 * at once. Without an answer the connection is dead. Returns a function that ends it.
 */
export function keepUp<Received extends Answer = Answer>(
  resumable: Resumable,
  variables: Fields,
  open: (variables: Fields, sink: ConnectionSink<Received>) => () => void,
  sink: Sink<Received>,
  { pingMs = usualPingMs, terminate }: KeepUpOptions = {},
): () => void {
  let data: Fields = {};
  let failures = 0;
  let isStopped = false;
  let hasEnded = false;
  let close: (() => void) | undefined;
  let closeProbe: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  function connect(probe?: Fields): void {
    let isMine = true;
    let hasPings = false;
    const leave = (): boolean => {
      if (!isMine || isStopped) return false;
      isMine = false;
      hangUp();
      return true;
    };
    const again = (): void => {
      if (leave()) timer = setTimeout(connect, backoff(failures++));
    };
    const finish = (): void => {
      isMine = false;
      stop();
      sink.complete();
    };
    const giveUp = (): void => {
      again();
      terminate?.();
    };
    const listen = (onSilence: () => void = askSomething, ms = missedPings * pingMs): void => {
      clearTimeout(silence);
      silence = setTimeout(onSilence, ms);
    };
    function askSomething(): void {
      if (hasPings) {
        giveUp();
        return;
      }
      const empty = terminate && resumable.probeEmpty?.(variables);
      if (!empty) {
        if (leave()) connect(resumable.probe(variables, data));
        return;
      }
      listen(giveUp, pingMs);
      closeProbe = askBeside(
        (asking) => open(empty, asking),
        () => listen(),
      );
    }
    if (probe) listen(giveUp, pingMs);
    else listen();
    close = open(probe ?? resumable.resume(variables, data), {
      next: (answer) => {
        if (!isMine || isStopped) return;
        listen();
        const code = codeOf(answer);
        if (code !== undefined && (isPassing(code) || isUnauthorized(code))) return again();
        if (answer.data) {
          failures = 0;
          if (resumable.isOld(answer.data as Fields, data) || isSame(answer.data, data)) return;
          hasEnded = false;
          data = answer.data as Fields;
        }
        sink.next(answer);
        if (code !== undefined || resumable.isOver(data) === true) finish();
      },
      heard: () => {
        if (!isMine || isStopped) return;
        hasPings = true;
        failures = 0;
        listen();
      },
      error: again,
      complete: () => {
        if (!isMine || isStopped) return;
        // A log does not say when it is over: a second stream that ends at the same place does.
        if (Object.keys(data).length > 0 && resumable.isOver(data) === undefined && hasEnded)
          return finish();
        hasEnded = true;
        again();
      },
    });
  }

  function hangUp(): void {
    clearTimeout(silence);
    closeProbe?.();
    close?.();
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(timer);
    hangUp();
  }

  connect();
  return stop;
}

/** The code of the first error; undefined without errors. */
function codeOf({ errors }: Answer): string | undefined {
  const [error] = errors ?? [];
  const code = error?.extensions?.code;
  return typeof code === 'string' ? code : error && '';
}
