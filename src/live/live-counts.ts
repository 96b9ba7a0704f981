/** What becomes of what clients are to be sent, since the process began. */
export interface LiveCounts {
  /** Updates that a newer one replaced before their client had read them. */
  coalesced: number;
  /** Subscriptions that were ended because their client fell too far behind. */
  dropped: number;
  /** Subscriptions that went on from what their client had seen. */
  resumes: number;
}
