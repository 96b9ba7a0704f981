import type { Status } from './status.ts';
import type {
  Answer,
  GraphQLFault,
  Request,
  SubscriptionRequest,
  TransportName,
} from './transport.ts';

/** Something that is watched. */
export interface Watch {
  /** What is asked for now: what comes after what is known. */
  request: () => SubscriptionRequest;
  /** Takes an answer; returns how many versions, lines or jobs were missed, or undefined while that is not known. */
  next: (data: Record<string, unknown>) => number | undefined;
  /** Whether nothing more can come: asked after each answer, and when a stream has ended. */
  isOver: (streamEnded: boolean) => boolean;
  /** What comes next is not known until it is asked for again. */
  interrupt: () => void;
  /** It cannot be watched. */
  fail: (fault: GraphQLFault) => void;
  /** It is over. */
  end: () => void;
}

export interface WireOptions {
  url: string;
  token: () => Promise<string | undefined>;
  fetch: typeof fetch;
  WebSocket?: typeof WebSocket | undefined;
  ladder: readonly TransportName[];
  pingMs?: number | undefined;
  timeoutMs: number;
  status: Status;
}

export interface Wire {
  /** Watches until the returned function is called, through any number of connections. */
  watch: (watch: Watch) => () => void;
  request: (request: Request, signal?: AbortSignal) => Promise<Answer>;
  close: () => void;
}
