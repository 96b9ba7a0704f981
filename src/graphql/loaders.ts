import type { Database } from '../db/tables.ts';
import type { Viewer } from '../db/viewer.ts';

/**
 * The loaders of one execution. They join its reads, so that a page of a hundred jobs costs few statements more than one
 * job, and remember what they read, for one viewer: give each execution its own.
 */
export type Loaders = Map<unknown, unknown>;

interface LoaderContext {
  db: Database;
  viewer: Viewer;
  loaders: Loaders;
}

/** A loader that stands with the field that needs it. An execution makes it at its first use, as most need few. */
export function defineLoader<Loader>(
  create: (db: Database, viewer: Viewer) => Loader,
): (context: LoaderContext) => Loader {
  return ({ db, viewer, loaders }) => {
    const loader = (loaders.get(create) as Loader | undefined) ?? create(db, viewer);
    loaders.set(create, loader);
    return loader;
  };
}
