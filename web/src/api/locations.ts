// The scripts are in `console/` below the page's own root, which a proxy may have moved.
const script = import.meta.url;
const root = new URL(import.meta.env.DEV ? '/' : '..', script);

/** Where the console is, without a trailing slash: what the paths of its screens begin with. */
export const basePath = root.pathname.replace(/\/$/, '');

/** The URL of something that the server has beside the console, such as `graphql` or `media/…`. */
export function toServerUrl(path: string): string {
  return new URL(path.replace(/^\//, ''), root).href;
}
