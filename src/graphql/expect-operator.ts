import { ForbiddenError } from '../errors.ts';
import type { GraphQLContext } from './context.ts';

/** For what concerns everybody; throws ForbiddenError. */
export function expectOperator({ viewer }: Pick<GraphQLContext, 'viewer'>): void {
  if (viewer.role !== 'operator') throw new ForbiddenError('This is for operators.');
}
