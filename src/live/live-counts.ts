/** What happened to updates and subscriptions since the process began. */
export interface SubscriptionCounts {
  /** Updates that a newer one replaced before their client had read them. */
  coalesced: number;
  /** Subscriptions that were ended because their client fell too far behind. */
  dropped: number;
  /** Subscriptions that were resumed from what their client had seen. */
  resumes: number;
}
