/** An answer as the clients pass it on. */
export interface Answer {
  data?: unknown;
  errors?: readonly { extensions?: { code?: unknown } | undefined }[] | undefined;
}

export interface Sink<Received extends Answer = Answer> {
  next: (answer: Received) => void;
  complete: () => void;
}

/** What is told of one connection. */
export interface ConnectionSink<Received extends Answer = Answer> extends Sink<Received> {
  /** Something has come, were it only a ping. */
  heard: () => void;
  error: () => void;
}
