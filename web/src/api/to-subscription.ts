/** A query of one job as the subscription that a ticket may open. It answers in the same form. */
export function toSubscription(query: string): string {
  return query.replace(/^query /, 'subscription ').replace('{job(', '{job:jobUpdated(');
}
