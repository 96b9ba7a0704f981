import { useEffect, useState } from 'react';
import { PickNames, PickPersonas, PickResults, PickVideos } from '../../api/generated/documents.ts';
import type { PickNamesQuery, PickVideosQuery } from '../../api/generated/types.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useQuery } from '../../api/use-query.ts';
import type { Option } from '../../controls/combobox.tsx';

/** Pages of 100 videos that are searched; a library that is larger is searched by its newest ones. */
const maxPages = 10;
/** Options shown at once. */
const maxShown = 50;
const maxTitle = 90;

export interface Options {
  options: readonly Option[];
  /** How many match, also those that are not shown. */
  ids: readonly string[];
  isLoading: boolean;
  /** What was made since can be chosen, too. */
  refetch: () => void;
}

const shorten = (text: string) => (text.length > maxTitle ? `${text.slice(0, maxTitle)}…` : text);

/** Those that have each of the words that were typed. */
function search(all: readonly Option[], text: string): Pick<Options, 'options' | 'ids'> {
  const words = text.toLocaleLowerCase().split(/\s+/);
  const found = all.filter(({ title, hint }) => {
    const written = `${title} ${hint ?? ''}`.toLocaleLowerCase();
    return words.every((word) => written.includes(word));
  });
  return { options: found.slice(0, maxShown), ids: found.map(({ id }) => id) };
}

type VideoNode = PickVideosQuery['videos']['edges'][number]['node'];

/** The viewer's videos whose title or path has the words, newest first. */
export function useVideoOptions(text: string): Options {
  const read = useOperation(PickVideos);
  const [videos, setVideos] = useState<readonly VideoNode[]>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      const pages: (readonly VideoNode[])[] = [];
      let after: string | null | undefined;
      for (let page = 0; page < maxPages; page += 1) {
        const answer = await read({ after }, controller.signal).catch(() => undefined);
        // Without an answer the ones before it can be chosen, and an id can come from elsewhere.
        if (controller.signal.aborted) return;
        pages.push(answer?.videos.edges.map(({ node }) => node) ?? []);
        setVideos(pages.flat());
        if (!answer?.videos.pageInfo.hasNextPage) return;
        after = answer.videos.pageInfo.endCursor;
      }
    })();
    return () => controller.abort();
  }, [read, round]);
  const all = (videos ?? []).map(({ id, title, path }) => ({ id, title, hint: path }));
  return {
    ...search(all, text),
    isLoading: videos === undefined,
    refetch: () => setRound((before) => before + 1),
  };
}

/** The viewer's personas whose name or role has the words. */
export function usePersonaOptions(text: string): Options {
  const { data, isLoading, refetch } = useQuery(PickPersonas, {});
  const all = (data?.personas ?? []).map(({ id, name, role }) => ({ id, title: name, hint: role }));
  return { ...search(all, text), isLoading, refetch };
}

/** What completed jobs have made, newest first; the server searches. */
export function useResultOptions(
  type: 'VIDEO_SUMMARIZATION' | 'OBJECT_DETECTION',
  text: string,
  videoId?: string,
): Options {
  const filter = {
    types: [type],
    states: ['COMPLETED' as const],
    ...(text.trim() && { text: text.slice(0, 200) }),
    ...(videoId && { videoId }),
  };
  const { data, isLoading, refetch } = useQuery(PickResults, { filter });
  const options = (data?.jobs.edges ?? []).flatMap(({ node }): Option[] => {
    const { title } = node.subject;
    if ('summary' in node && node.summary) {
      const { id, text: words, persona } = node.summary;
      return [{ id, title: `${title} · ${persona.name}`, hint: shorten(words) }];
    }
    if ('detection' in node && node.detection) {
      const { id, query, detectionCount } = node.detection;
      return [{ id, title: `${title} · ${query}`, hint: String(detectionCount) }];
    }
    return [];
  });
  return { options, ids: options.map(({ id }) => id), isLoading, refetch };
}

/** Titles of what is chosen: of an option, or asked for; an id that nobody knows is its own title. */
export function useChosen(ids: readonly string[], options: readonly Option[]): readonly Option[] {
  const [known, setKnown] = useState<ReadonlyMap<string, Option>>(new Map());
  const news = options.filter(({ id }) => ids.includes(id) && !known.has(id));
  if (news.length > 0) setKnown(new Map([...known, ...news.map((it) => [it.id, it] as const)]));
  const asked = ids.filter((id) => !known.has(id)).slice(0, 100);
  const { data } = useQuery(PickNames, asked.length > 0 ? { ids: asked } : null);
  const named = new Map(
    (data?.nodes ?? []).flatMap((node) => (node ? [[node.id, toTitle(node)] as const] : [])),
  );
  return ids.map((id) => known.get(id) ?? { id, title: named.get(id) ?? id });
}

function toTitle(node: NonNullable<PickNamesQuery['nodes'][number]>): string {
  if ('title' in node) return node.title;
  if ('name' in node) return node.name;
  if ('text' in node) return `${node.about.title} · ${shorten(node.text)}`;
  if ('query' in node) return `${node.about.title} · ${node.query}`;
  return node.id;
}
