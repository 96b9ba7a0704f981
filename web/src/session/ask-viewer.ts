import { toServerUrl } from '../api/locations.ts';
import { Viewer as ViewerQuery } from '../api/generated/documents.ts';
import type { ViewerQuery as Answer } from '../api/generated/types.ts';

export type Identity = Pick<Answer['viewer'], 'owner' | 'role' | 'expiresAt'>;

interface Body {
  data?: Answer | null;
  errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** Who holds a token: undefined if it opens nothing, `ticket` if it is that of one job. Throws if the server does not say. */
export async function askViewer(
  token: string | undefined,
): Promise<Identity | 'ticket' | undefined> {
  const response = await fetch(toServerUrl('graphql'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query: ViewerQuery }),
  });
  if (response.status === 401) return undefined;
  const { data, errors } = (await response.json()) as Body;
  if (data) return data.viewer;
  if (errors?.[0]?.extensions?.code === 'FORBIDDEN') return 'ticket';
  throw new Error(errors?.[0]?.message ?? String(response.status));
}
