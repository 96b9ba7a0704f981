/** Where a server is, and who vouches for it. */
export interface Address {
  url: string;
  /** Certificates in PEM; null: those that Node.js trusts. */
  ca: string | null;
}
