import { createJobs } from 'fovea-jobs-client';
import { session } from '../session/session.ts';
import { toServerUrl } from './locations.ts';

/** What a WebSocket is closed with whose token does not hold (any longer). */
const refusedCodes = new Set([4401, 4403]);

class ObservedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener('close', ({ code }) => {
      if (refusedCodes.has(code)) void session.doubt();
    });
  }
}

/** The one client of the page: one connection, however much is watched. What is refused for its token ends the session. */
export const jobs = createJobs({
  url: toServerUrl('graphql'),
  token: session.token,
  WebSocket: ObservedWebSocket,
  fetch: async (...request) => {
    const response = await fetch(...request);
    // Asked first, so that what is sent again waits for another token.
    if (response.status === 401) await session.doubt();
    return response;
  },
});
