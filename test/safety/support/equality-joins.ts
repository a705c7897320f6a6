import type pg from 'pg';
import type { Loaded } from './loading.ts';
import { type Column, listColumns } from './superuser.ts';

export interface Link {
  readonly left: string;
  readonly right: string;
  /** How many planted enquiries find their own person by this join. */
  readonly share: number;
}

export interface LinkReport {
  readonly planted: number;
  readonly pairs: number;
  readonly better: readonly Link[];
}

/** The values of one column for each planted enquiry, or for each listed person. */
interface Values {
  readonly name: string;
  readonly of: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * An attacker has filed enquiries about listed people and later has the database. The attack joins
 * any column of its own rows with any column of the rows of records, by equality. It counts how
 * often an enquiry meets its own person. Lengths of sealed values are columns too.
 */
export async function joinsBetterThanChance(
  client: pg.Client,
  loaded: Loaded,
): Promise<LinkReport> {
  const planted = loaded.enquiryIds.length;
  const columns = await listColumns(client);
  const records = await recordIds(client, loaded.importId, planted);
  const numbers = new Map(loaded.enquiryIds.map((id, person) => [id, person]));
  const owners = new Map(records.map((id, person) => [id, person]));
  const left = await valuesOf(client, columns, {
    keys: ['enquiry_id'],
    table: 'enquiries',
    owners: numbers,
  });
  const right = await valuesOf(client, columns, {
    keys: ['record_id', 'row_id'],
    table: 'records',
    owners,
  });
  const better: Link[] = [];
  let pairs = 0;
  for (const one of left) {
    for (const other of right) {
      pairs += 1;
      const link = linkOf(one, other, planted);
      if (link) better.push(link);
    }
  }
  better.sort((one, other) => other.share - one.share);
  return { planted, pairs, better };
}

async function recordIds(
  client: pg.Client,
  importId: string,
  limit: number,
): Promise<readonly string[]> {
  const found = await client.query<{ id: string }>(
    'select id from records where import_id = $1 order by line limit $2',
    [importId, limit],
  );
  return found.rows.map(({ id }) => id);
}

interface Side {
  /** Columns that name the owner of a row, and tables whose own id does. */
  readonly keys: readonly string[];
  readonly table: string;
  readonly owners: ReadonlyMap<string, number>;
}

async function valuesOf(
  client: pg.Client,
  columns: readonly Column[],
  side: Side,
): Promise<readonly Values[]> {
  const keyOf = (table: string): string | undefined =>
    table === side.table
      ? 'id'
      : columns.find((each) => each.table === table && side.keys.includes(each.column))?.column;
  const found: Values[] = [];
  for (const { schema, table, column, type } of columns) {
    const key = keyOf(table);
    if (!key || schema !== 'public') continue;
    const shown = type === 'bytea' ? `encode("${column}", 'hex')` : `"${column}"::text`;
    found.push(await read(client, side, { name: `${table}.${column}`, table, key, shown }));
    if (type !== 'bytea') continue;
    const length = `octet_length("${column}")::text`;
    found.push(
      await read(client, side, { name: `length of ${table}.${column}`, table, key, shown: length }),
    );
  }
  return found;
}

async function read(
  client: pg.Client,
  side: Side,
  asked: {
    readonly name: string;
    readonly table: string;
    readonly key: string;
    readonly shown: string;
  },
): Promise<Values> {
  const { rows } = await client.query<{ key: string; value: string | null }>(
    `select "${asked.key}"::text as key, ${asked.shown} as value from "${asked.table}"`,
  );
  const of = new Map<number, Set<string>>();
  for (const { key, value } of rows) {
    const owner = side.owners.get(key);
    if (owner === undefined || value === null) continue;
    const values = of.get(owner) ?? new Set();
    values.add(value);
    of.set(owner, values);
  }
  return { name: asked.name, of };
}

/**
 * Counts joins that meet the right person, compared with a random pairing. The tolerance is
 * generous: five standard deviations and one more, over hundreds of pairs of columns.
 */
function linkOf(left: Values, right: Values, planted: number): Link | null {
  const holders = new Map<string, number>();
  for (const values of right.of.values()) {
    for (const value of values) holders.set(value, (holders.get(value) ?? 0) + 1);
  }
  let met = 0;
  let expected = 0;
  for (const [person, values] of left.of) {
    let most = 0;
    let meets = false;
    for (const value of values) {
      most += (holders.get(value) ?? 0) / planted;
      meets ||= right.of.get(person)?.has(value) ?? false;
    }
    expected += Math.min(1, most);
    if (meets) met += 1;
  }
  if (met <= expected + 5 * Math.sqrt(expected) + 1) return null;
  return { left: left.name, right: right.name, share: met / planted };
}
