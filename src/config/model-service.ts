import { z } from 'zod';
import { address } from './environment/address.ts';
import type { Problems } from './environment/problems.ts';
import type { StackConfig } from './stack.ts';
import { certificates, milliseconds, variable } from './environment/variable.ts';
import type { Values } from './environment/variable.ts';

export const modelServiceVariables = {
  modelServiceUrl: variable<string | null>({
    name: 'MODEL_SERVICE_URL',
    schema: address('base'),
    isAddress: true,
    fallback: null,
    defaultText: 'the baseline model',
    help: 'Address of the model service, without `/api`. Required by the external stack.',
  }),
  modelServiceCa: certificates('MODEL_SERVICE_CA', 'the model service at `https://`'),
  modelServiceToken: variable<string | null>({
    name: 'MODEL_SERVICE_TOKEN',
    schema: z
      .string()
      .min(8)
      .regex(/^[\w.~+/-]+=*$/, 'it must be a bearer token: only letters, digits and - . _ ~ + / ='),
    fallback: null,
    help: 'Bearer token that is sent to the model service; the baseline model, served alone, requires it.',
    isSecret: true,
  }),
  modelTimeoutMs: variable({
    name: 'MODEL_TIMEOUT_MS',
    schema: milliseconds,
    fallback: 600_000,
    help: 'Maximum time of a call to the model service.',
  }),
  stepDelayMs: variable({
    name: 'MODEL_STEP_DELAY_MS',
    schema: milliseconds,
    fallback: 0,
    help: 'Minimum time of a step of the baseline model, to make its progress visible.',
  }),
};

export interface ModelServiceConfig {
  /** Null: the baseline model. */
  modelServiceUrl: string | null;
  modelService: {
    token: string | null;
    /** Certificates in PEM; null: those that Node.js trusts. */
    ca: string | null;
  };
  modelTimeoutMs: number;
  baselineModel: {
    /** It reads videos and transcripts below this folder. */
    mediaRoot: string;
    /** Minimum time of a step, so that a person can follow its progress. */
    stepDelayMs: number;
  };
}

export function readModelService(
  values: Values<typeof modelServiceVariables> & { mediaRoot: string },
  stack: StackConfig['kind'],
  problems: Problems,
): ModelServiceConfig {
  const { modelServiceUrl: url, modelServiceToken: token, modelServiceCa: ca } = values;
  if (stack === 'external' && url === null) {
    const problem = 'MODEL_SERVICE_URL is required with REDIS_URL and DATABASE_URL.';
    problems.add(problem, 'MODEL_SERVICE_URL');
  }
  if (ca !== null && !url?.startsWith('https:')) {
    const problem = 'MODEL_SERVICE_CA is set, but MODEL_SERVICE_URL does not begin with https://.';
    problems.add(problem, 'MODEL_SERVICE_URL');
  }
  if (token !== null && url === null) {
    problems.add('MODEL_SERVICE_TOKEN is set without MODEL_SERVICE_URL.', 'MODEL_SERVICE_URL');
  }
  if (url !== null && new URL(url).username !== '') {
    problems.add(
      'MODEL_SERVICE_URL has a user, which is not sent: set MODEL_SERVICE_TOKEN instead.',
    );
  }
  return {
    modelServiceUrl: url,
    modelService: { token, ca },
    modelTimeoutMs: values.modelTimeoutMs,
    baselineModel: { mediaRoot: values.mediaRoot, stepDelayMs: values.stepDelayMs },
  };
}
