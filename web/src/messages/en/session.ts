export const session = {
  title: 'Sign in',
  hint: 'Paste an API key or a token. It stays in this tab, and is gone when you close it.',
  token: 'Key or token',
  signIn: 'Sign in',
  signOut: 'Sign out',
  refused:
    'Nobody is known by this key. Check that all of it was pasted, and that it was not revoked.',
  unreachable: 'The server cannot be reached.',
  unreachableHint:
    'Your jobs go on without this page. Check your network, or ask whoever runs the server.',
  ended: 'Your session has ended',
  endedHint: (owner: string) =>
    `Sign in again as ${owner} to go on where you were. With the key of somebody else, the page begins anew.`,
  linkEnded: 'This link has ended',
  linkEndedHint: 'Ask whoever sent it for a new one.',
  lastCame: 'What you see behind this is the last that came.',
};
