/** What a client that subscribes wants to be answered in, of what there is; undefined when it accepts neither. */
export function negotiateStream(accept: string | undefined): 'events' | 'multipart' | undefined {
  const events = accept?.indexOf('text/event-stream') ?? -1;
  const multipart = accept?.indexOf('multipart/mixed') ?? -1;
  if (events === -1 && multipart === -1) return undefined;
  return multipart === -1 || (events !== -1 && events < multipart) ? 'events' : 'multipart';
}

/** The media type for the result of a query or mutation; undefined when the client accepts no JSON. */
export function negotiateJson(accept: string | undefined): string | undefined {
  if (accept === undefined) return 'application/json; charset=utf-8';
  const response = accept.indexOf('application/graphql-response+json');
  const json = accept.search(/application\/json|application\/\*|\*\/\*/);
  if (response !== -1 && (json === -1 || response < json)) {
    return 'application/graphql-response+json; charset=utf-8';
  }
  return json === -1 ? undefined : 'application/json; charset=utf-8';
}
