/** What a client shows of a job. */
export interface JobShown {
  id: string;
  version: number;
  state: string;
  progress: number;
}

export interface LineShown {
  sequence: number;
}

/** Who looks at what a client shows. */
export interface Viewer<Shown> {
  show: (shown: Shown) => void;
  /** The client has said that nothing more will come, and why. */
  end: (reason: string) => void;
}

/** Ends the watching. */
export type Stop = () => void;

/** A client in a few lines, for conformance tests: what a page would do with it, set up as its documentation says. */
export interface ClientUnderTest extends AsyncDisposable {
  /** What it says of its connection, for whoever looks into what was missed. */
  describe?: () => string;
  watchJob: (id: string, viewer: Viewer<JobShown>) => Stop;
  watchLog: (id: string, viewer: Viewer<LineShown>) => Stop;
  /** The jobs with a tag, once they are known and each time that one changes. Absent in clients that keep no list. */
  watchList?: (tag: string, viewer: Viewer<readonly JobShown[]>) => Stop;
  /** Asks for a job by a query, as another part of the page might. Absent in clients without queries. */
  readJob?: (id: string) => Promise<unknown>;
}

export interface ClientSettings {
  /** Of `/graphql`. */
  url: string;
  token: () => Promise<string | undefined>;
  /** So often the server sends something at least, in ms. */
  pingMs: number;
}

export type OpenClient = (settings: ClientSettings) => ClientUnderTest;

export const documents = {
  job: `subscription JobUpdated($id: ID!) {
    jobUpdated(id: $id) { __typename id version state progress }
  }`,
  log: `subscription JobLog($id: ID!) { jobLogAdded(id: $id) { __typename sequence message } }`,
  query: `query Job($id: ID!) { job(id: $id) { __typename id version state progress } }`,
};
