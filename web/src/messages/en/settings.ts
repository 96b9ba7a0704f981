export const settings = {
  appearance: 'Appearance',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: 'Rows',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  language: 'Language',
  notifications: 'Notifications',
  notificationsHint: 'When a job of yours ends while this page is hidden, the browser tells you.',
  notify: 'Tell me when a job ends',
  blocked:
    'This browser blocks notifications of this page. Allow them in its settings of the site.',
  notSecure: 'Browsers give notifications to pages over https and on this machine only.',
  session: 'Session',
  signedInAs: (owner: string, role: string) => `Signed in as ${owner}, ${role}.`,
  local: (owner: string) =>
    `Everybody who reaches this server is ${owner}, the one operator: there are no accounts.`,
  roles: { USER: 'a user', OPERATOR: 'an operator', TICKET: 'a guest' },
  until: (time: string) => `Until ${time}.`,
  api: 'API',
  apiHint: 'Whatever is done here, a program can do by the same API.',
  openGraphiQL: 'Open GraphiQL',
};
