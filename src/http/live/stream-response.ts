import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { LiveOperation } from '../../graphql/execution/shared-subscriptions.ts';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import { Pump } from './pump.ts';
import { ResponseStream } from './response-stream.ts';
import type { StreamUse } from './response-stream.ts';
import type { StreamFormat } from './stream-format.ts';

/** Sends a subscription, or the one result that there is, as the answer to a request, until it ends or the client goes away. */
export function stream(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: LiveOperation | FormattedExecutionResult,
  format: StreamFormat,
  use: StreamUse,
): void {
  // The client may have gone while its subscription was made.
  if (response.destroyed) {
    if ('feed' in outcome) outcome.feed.close();
    return;
  }
  const opened = new ResponseStream(request, response, format, use);
  if (!('feed' in outcome)) {
    opened.send(serialize(outcome, undefined));
    return opened.end();
  }
  const pump = new Pump(outcome, opened.wire, use.delivery, {
    send: (payload) => opened.send(payload),
    end: (error) => {
      if (error) opened.send(serialize({ errors: [error] }, undefined));
      opened.end();
    },
    break: () => opened.break(),
  });
  response.once('close', () => pump.stop());
}
