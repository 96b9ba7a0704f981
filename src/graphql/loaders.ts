import type { Database } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';

/**
 * The DataLoaders of one execution. They batch its reads, so that a page of a hundred jobs needs few more statements than one
 * job. They cache what one viewer may read: each execution needs its own.
 */
export type Loaders = Map<unknown, unknown>;

interface LoaderContext {
  db: Database;
  viewer: Viewer;
  loaders: Loaders;
}

/** Defines a loader beside the field that uses it. It is created at first use, as most executions need few loaders. */
export function defineLoader<Loader>(
  create: (db: Database, viewer: Viewer) => Loader,
): (context: LoaderContext) => Loader {
  return ({ db, viewer, loaders }) => {
    const loader = (loaders.get(create) as Loader | undefined) ?? create(db, viewer);
    loaders.set(create, loader);
    return loader;
  };
}
