/** Which page of a list is asked for. */
export interface PageRequest {
  /** Rows at most; ask for one more than is shown to learn whether there are more. */
  limit: number;
  /** Only rows between these, neither included, in the order of the list. */
  after: string | undefined;
  before: string | undefined;
  /** Newest first unless inverted. */
  inverted: boolean;
}
