/** The token of this tab. A page of the same origin may store one here before it opens the console in its place. */
const tokenKey = 'fovea-jobs.token';
/** The ticket of a job, and the path of the page that it opens. */
const ticketKey = 'fovea-jobs.ticket';

export const storedToken = {
  read: () => sessionStorage.getItem(tokenKey) ?? undefined,
  write: (token: string) => sessionStorage.setItem(tokenKey, token),
};

/** The ticket of the link that was opened. It is taken out of the address bar, and kept for a reload of the same page. */
export function takeTicket(): string | undefined {
  const ticket = new URLSearchParams(location.hash.slice(1)).get('ticket');
  const path = location.pathname;
  if (ticket) {
    sessionStorage.setItem(ticketKey, JSON.stringify({ ticket, path }));
    history.replaceState(history.state, '', path + location.search);
    return ticket;
  }
  const kept = JSON.parse(sessionStorage.getItem(ticketKey) ?? 'null') as {
    ticket: string;
    path: string;
  } | null;
  // The tabs of a job's page are below its path.
  return kept && `${path}/`.startsWith(`${kept.path}/`) ? kept.ticket : undefined;
}

/** Forgets whatever this tab knows of whoever was signed in; preferences stay. */
export function clearStorage(): void {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith('fovea-jobs')) sessionStorage.removeItem(key);
  }
}
