import type { OpenClient } from '../client-under-test.ts';
import { openApollo } from './apollo.ts';
import { openBare } from './bare.ts';
import { openOurs } from './ours.ts';
import { openDistinctStreams, openSingleStream, openSocket } from './protocols.ts';
import { openUrql } from './urql.ts';

const alone = { resumes: false };
const withOurs = { resumes: true };

/** Those that can be named, by library and transport. */
export const clients: Record<string, Record<string, OpenClient>> = {
  ours: {
    websocket: openOurs('websocket'),
    sse: openOurs('sse'),
    poll: openOurs('poll'),
    ladder: openOurs('websocket', 'sse', 'poll'),
  },
  apollo: {
    multipart: openApollo(undefined, alone),
    'graphql-ws': openApollo(openSocket, alone),
    'graphql-sse': openApollo(openDistinctStreams, alone),
  },
  'apollo-resumable': {
    multipart: openApollo(undefined, withOurs),
    'graphql-ws': openApollo(openSocket, withOurs),
  },
  urql: {
    sse: openUrql(undefined, alone),
    'graphql-ws': openUrql(openSocket, alone),
    'graphql-sse': openUrql(openDistinctStreams, alone),
  },
  'urql-jobs': {
    sse: openUrql(undefined, withOurs),
    'graphql-ws': openUrql(openSocket, withOurs),
  },
  'graphql-ws': { websocket: openBare(openSocket) },
  'graphql-sse': {
    distinct: openBare(openDistinctStreams),
    single: openBare(openSingleStream),
  },
};
