/** One page of a list, and where the next begins; null when this was the last. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextAfter: string | null;
}

export interface PageRequest {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** No list is longer than this, whatever is asked. */
export const pageLimitMax = 100;
