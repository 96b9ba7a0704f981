import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createOperationCache } from '../../src/graphql/execution/operation-cache.ts';
import { documentLimits } from '../../src/graphql/policy/document-limits.ts';
import { createOperationRules } from '../../src/graphql/policy/operation-rules.ts';
import { schema } from '../../src/graphql/schema.ts';
import { createErrorMask } from '../../src/http/errors.ts';
import { createYogaServer } from '../../src/http/graphql/yoga.ts';
import { jobDefinitions } from '../../src/subjects/index.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { expectNoLeaks } from '../environment/app/leaks.ts';
import { attacks, many } from '../environment/clients/attacking-documents.ts';

expectNoLeaks();

/** A document that is refused costs so many times as much as one that keeps to the limits, at most. */
const maxRelativeCost = 50;

test.each(Object.entries(attacks))('%s costs next to nothing', (_name, { query }) => {
  const operations = createOperationCache(readLanguage());
  const accepted = `{ ${many(documentLimits.aliases, (n) => `a${n}: __typename`)} }`;
  // The least: what the process does beside is not the document's.
  const leastCost = (text: string, isRefused: boolean) =>
    Math.min(
      // Each text is another, as nothing is to be remembered of the last.
      ...Array.from({ length: 5 }, (_, index) => {
        const before = process.cpuUsage();
        const found = operations.find({ query: `#${index}\n${text}` });
        const { user, system } = process.cpuUsage(before);
        expect(Array.isArray(found)).toBe(isRefused);
        if (isRefused) expect(found).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
        return user + system;
      }),
    );
  const allowed = maxRelativeCost * leastCost(accepted, false);
  expect(leastCost(query, true)).toBeLessThan(allowed);
});

/** As every transport reads documents. */
function readLanguage() {
  const rules = createOperationRules(schema, {
    ...readConfig({}, jobDefinitions).graphql,
    trustedDocuments: null,
  });
  const logger = createLogger('silent', false);
  return createYogaServer(logger, createErrorMask(logger), rules.plugins).language;
}
