import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { OpenSubscription } from '../../graphql/execution/shared-subscriptions.ts';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import { Pump } from './pump.ts';
import { ResponseStream } from './response-stream.ts';
import type { StreamContext } from './response-stream.ts';
import type { StreamFormat } from './stream-format.ts';

/** Sends a subscription, or the one result that there is, as the answer to a request, until it ends or the client goes away. */
export function stream(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: OpenSubscription | FormattedExecutionResult,
  format: StreamFormat,
  use: StreamContext,
): void {
  // The client may have gone while its subscription was made.
  if (response.destroyed) {
    if ('source' in outcome) outcome.source.close();
    return;
  }
  const opened = new ResponseStream(request, response, format, use);
  if (!('source' in outcome)) {
    opened.send(serialize(outcome, undefined));
    return opened.end();
  }
  const pump = new Pump(outcome, opened.writer, use.delivery, {
    send: (payload) => opened.send(payload),
    end: (error) => {
      if (error) opened.send(serialize({ errors: [error] }, undefined));
      opened.end();
    },
    break: () => opened.break(),
  });
  response.once('close', () => pump.stop());
}
