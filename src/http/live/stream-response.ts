import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { OpenSubscription } from '../../graphql/execution/shared-subscriptions.ts';
import { serialize } from '../../graphql/execution/shared-subscriptions.ts';
import { Pump } from './pump.ts';
import { ResponseStream } from './response-stream.ts';
import type { StreamContext } from './response-stream.ts';
import type { StreamFormat } from './stream-format.ts';

/** Answers a request with a stream of a subscription's payloads, or of the one result, until it ends or the client leaves. */
export function streamResponse(
  request: IncomingMessage,
  response: ServerResponse,
  outcome: OpenSubscription | FormattedExecutionResult,
  format: StreamFormat,
  context: StreamContext,
): void {
  // The client may have left while its subscription was opened.
  if (response.destroyed) {
    if ('source' in outcome) outcome.source.close();
    return;
  }
  const opened = new ResponseStream(request, response, format, context);
  if (!('source' in outcome)) {
    opened.send(serialize(outcome, undefined));
    return opened.end();
  }
  const pump = new Pump(outcome, opened.writer, context.delivery, {
    send: (payload) => opened.send(payload),
    end: (error) => {
      if (error) opened.send(serialize({ errors: [error] }, undefined));
      opened.end();
    },
    break: () => opened.break(),
  });
  response.on('close', () => pump.stop());
}
