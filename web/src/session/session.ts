import { basePath } from '../api/locations.ts';
import { askViewer } from './ask-viewer.ts';
import type { Identity } from './ask-viewer.ts';
import { clearStorage, storedToken, takeTicket } from './stored-token.ts';
import { openTabChannel } from './tab-channel.ts';
import type { TabChannel, TabMessage } from './tab-channel.ts';

/** Who is signed in here. A token is never part of a URL; a ticket is, in the fragment, which reaches no server. */
export interface Session {
  /** `ended`: the token holds no longer, and the page is kept. */
  state: 'asking' | 'in' | 'out' | 'ended' | 'unreachable';
  token: string | undefined;
  /** Whether the token is the ticket of one job. */
  isTicket: boolean;
  /** Who that is; undefined for a ticket, and until it is known. */
  identity: Identity | undefined;
}

/** Tokens hold some seconds longer than they say, as clocks differ. */
const leewayMs = 6_000;
/** The longest delay of a timer. */
const longestMs = 2 ** 31 - 1;

function createSession() {
  const ticket = takeTicket();
  let session: Session = {
    state: ticket === undefined ? 'asking' : 'in',
    token: ticket ?? storedToken.read(),
    isTicket: ticket !== undefined,
    identity: undefined,
  };
  const listeners = new Set<() => void>();
  let channel: TabChannel | undefined;
  let checking: Promise<void> | undefined;
  let expiry: ReturnType<typeof setTimeout> | undefined;

  function set(next: Partial<Session>): void {
    session = { ...session, ...next };
    for (const listener of listeners) listener();
  }

  /** Goes on with a token of somebody who is known. */
  function enter(token: string | undefined, identity: Identity): void {
    if (token !== undefined) storedToken.write(token);
    const before = session.identity;
    const isOther = before && (before.owner !== identity.owner || before.role !== identity.role);
    // What is on the page is somebody else's.
    if (isOther) return location.reload();
    set({ state: 'in', token, isTicket: false, identity });
    clearTimeout(expiry);
    if (identity.expiresAt === null) return;
    const ms = Date.parse(identity.expiresAt) - Date.now() + leewayMs;
    expiry = setTimeout(() => void doubt(), Math.min(Math.max(ms, 1_000), longestMs));
  }

  /** Goes on with a token if somebody holds it. */
  async function tryToken(token: string | undefined): Promise<boolean> {
    const identity = await askViewer(token);
    if (identity === undefined || identity === 'ticket') return false;
    enter(token, identity);
    return true;
  }

  async function start(): Promise<void> {
    set({ state: 'asking' });
    try {
      if (await tryToken(session.token)) return;
      const other = await channel!.ask(session.token);
      if (other !== undefined && (await tryToken(other))) return;
      set({ state: 'out' });
    } catch {
      set({ state: 'unreachable' });
    }
  }

  /** Finds out whether the token still holds; if not, another tab may have a newer one. */
  async function check(): Promise<void> {
    const { token, isTicket } = session;
    try {
      const identity = await askViewer(token);
      if (identity === 'ticket') return;
      if (identity !== undefined) return enter(token, identity);
      const other = isTicket ? undefined : await channel!.ask(token);
      if (other === undefined || !(await tryToken(other))) set({ state: 'ended' });
    } catch {
      // Not reached: whoever asks the next time will be told.
    }
  }

  function doubt(): Promise<void> {
    if (session.state !== 'in') return Promise.resolve();
    return (checking ??= check().finally(() => {
      checking = undefined;
    }));
  }

  function receive(message: TabMessage): void {
    const { state, token, isTicket } = session;
    if (message.type === 'ask') {
      if (state === 'in' && token !== undefined && !isTicket && token !== message.ended)
        channel!.send({ type: 'token', token });
    } else if (message.type === 'signedOut') {
      if (message.token === token) leave();
    } else if ((state === 'out' || state === 'ended') && !isTicket) {
      tryToken(message.token).catch(() => undefined); // it stays as it is
    }
  }

  /** A link with another ticket was opened in this tab. */
  function openTicket(): void {
    if (location.hash.startsWith('#ticket=')) location.reload();
  }

  function leave(): void {
    clearStorage();
    location.replace(`${basePath}/`);
  }

  return {
    get: () => session,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Finds out who is there, once the page is shown; and again when the server could not be reached. */
    start: () => {
      const isFirst = !channel;
      if (isFirst) addEventListener('hashchange', openTicket);
      channel ??= openTabChannel(receive);
      if ((isFirst && session.state === 'asking') || session.state === 'unreachable') void start();
    },
    doubt,
    /** The token, once there is one that may hold: what is asked for meanwhile waits, and goes on after signing in. */
    token: async (): Promise<string | undefined> => {
      while (session.state !== 'in') {
        await new Promise<void>((resolve) => {
          const stop = () => {
            listeners.delete(stop);
            resolve();
          };
          listeners.add(stop);
        });
      }
      return session.token;
    },
    /** Signs in here, and in other tabs that wait for it. False if nobody holds this token. */
    signIn: async (token: string): Promise<boolean> => {
      if (!(await tryToken(token))) return false;
      channel!.send({ type: 'token', token });
      return true;
    },
    /** Forgets everything, here and in other tabs of the same session. */
    signOut: () => {
      if (session.token !== undefined) channel!.send({ type: 'signedOut', token: session.token });
      leave();
    },
  };
}

export const session = createSession();
