/** Who is asking: what they own is all that they can see. */
export interface Viewer {
  owner: string;
}

/** The one person of an installation that knows no accounts. */
export const localViewer: Viewer = { owner: 'local' };
