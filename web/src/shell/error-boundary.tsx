import { Component } from 'react';
import type { ReactNode } from 'react';
import { Button } from '../controls/button.tsx';
import { Empty } from '../controls/notice.tsx';
import { useMessages } from '../messages/messages.tsx';
import { retryParts } from './part.ts';

/** What is shown of a screen that has failed, while the frame around it goes on. */
function Failure({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const { shell: m } = useMessages();
  return (
    <div role="alert">
      <Empty title={m.failed}>
        <p>{m.failedHint}</p>
        <pre>{error.message}</pre>
        <Button kind="primary" onClick={onRetry}>
          {m.showAgain}
        </Button>
        <Button onClick={() => location.reload()}>{m.reload}</Button>
      </Empty>
    </div>
  );
}

interface Props {
  /** Where the page is: another place begins without the fault of this one. */
  place: string;
  children: ReactNode;
}

interface State {
  place: string;
  error: Error | undefined;
}

/** Keeps the fault of a screen from taking the page along. */
export class ErrorBoundary extends Component<Props, State> {
  static getDerivedStateFromError(error: Error): Partial<State> {
    return { error };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { place, error: undefined };
  }

  override state: State = { place: this.props.place, error: undefined };

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const retry = () => {
      retryParts();
      this.setState({ error: undefined });
    };
    return <Failure error={error} onRetry={retry} />;
  }
}
