/** One page of a list and the start of the next; null after the last page. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextAfter: string | null;
}

export interface PageRequest {
  readonly after?: string | undefined;
  readonly limit: number;
}

/** No list is longer than this, whatever the request says. */
export const pageLimitMax = 100;
