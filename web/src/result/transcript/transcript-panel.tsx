import { useState } from 'react';
import type { SaidTextFragment } from '../../api/generated/types.ts';
import { Button } from '../../controls/button.tsx';
import { copyText } from '../../controls/copy-text.ts';
import { Icon } from '../../controls/icon.tsx';
import { Problem } from '../../controls/notice.tsx';
import { useMessages } from '../../messages/messages.tsx';
import { Hint } from '../facts.tsx';
import { Panel } from '../layout.tsx';
import { saveFile, toText, toVtt } from './format.ts';
import { SegmentList } from './segment-list.tsx';
import styles from './transcript.module.css';
import { useSegments } from './use-segments.ts';

/** What is said, beside the video: it follows the time, can be searched, and be taken away. */
export function TranscriptPanel({
  jobId,
  transcript,
  title,
  isWide = false,
}: {
  jobId: string;
  transcript: SaidTextFragment;
  /** Of the video. */
  title: string;
  isWide?: boolean;
}) {
  const { result: m } = useMessages();
  const loading = useSegments(jobId, transcript);
  const [search, setSearch] = useState('');
  const [isFollowing, setFollowing] = useState(true);
  const [isCopied, setCopied] = useState(false);
  const { speakers, segmentCount } = transcript;

  async function copy() {
    setCopied(await copyText(toText(await loading.loadAll())));
  }
  const saveVtt = async () => saveFile(`${title}.vtt`, toVtt(await loading.loadAll()), 'text/vtt');
  const saveText = async () =>
    saveFile(`${title}.txt`, toText(await loading.loadAll()), 'text/plain');
  // What fails is said by the error of loading.
  const quietly = (run: () => Promise<void>) => () => void run().catch(() => undefined);

  if (segmentCount === 0) {
    return (
      <Panel title={m.transcript} isWide={isWide}>
        <Hint>{m.silence}</Hint>
      </Panel>
    );
  }
  return (
    <Panel
      title={m.transcript}
      isWide={isWide}
      note={m.speakers(speakers.length)}
      actions={
        <>
          <Button kind="quiet" onClick={quietly(copy)}>
            <Icon name={isCopied ? 'check' : 'copy'} />
            <span role="status">{isCopied ? m.copied : m.copy}</span>
          </Button>
          <Button kind="quiet" aria-label={m.saveVtt} onClick={quietly(saveVtt)}>
            <Icon name="download" /> <bdi dir="ltr">.vtt</bdi>
          </Button>
          <Button kind="quiet" aria-label={m.saveText} onClick={quietly(saveText)}>
            <Icon name="download" /> <bdi dir="ltr">.txt</bdi>
          </Button>
        </>
      }
    >
      <div className={styles.tools}>
        <label className={styles.search}>
          <Icon name="search" />
          <span className="visually-hidden">{m.search}</span>
          <input
            type="search"
            placeholder={m.search}
            value={search}
            onChange={({ target }) => {
              setSearch(target.value);
              // Only what is here can be searched.
              quietly(async () => void (await loading.loadAll()))();
            }}
          />
        </label>
        <Button
          kind={isFollowing ? 'plain' : 'quiet'}
          aria-pressed={isFollowing}
          onClick={() => setFollowing(!isFollowing)}
        >
          {m.follow}
        </Button>
      </div>
      {loading.error && (
        <Problem error={loading.error} onRetry={quietly(async () => loading.loadMore())} />
      )}
      <SegmentList
        loading={loading}
        speakers={speakers}
        search={search}
        isFollowing={isFollowing}
        onLeave={() => setFollowing(false)}
      />
    </Panel>
  );
}
