import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { Match, MatchState } from './match.ts';

const columns = [
  'id',
  'officeId',
  'state',
  'band',
  'facet',
  'modelVersion',
  'proposedAt',
  'answer',
  'judgedBy',
  'judgedAt',
  'secondBy',
  'secondAt',
  'version',
] as const;

export async function findMatch(tx: Db, matchId: string): Promise<Match | null> {
  const row = await tx
    .selectFrom('matches')
    .select(columns)
    .where('id', '=', matchId)
    .executeTakeFirst();
  return row ? asMatch(row) : null;
}

export async function lockMatch(tx: Db, matchId: string): Promise<Match | null> {
  const row = await tx
    .selectFrom('matches')
    .select(columns)
    .where('id', '=', matchId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asMatch(row) : null;
}

/** A page of one queue: most likely first, then oldest; `after` is the position of the last row. */
export async function listMatches(
  tx: Db,
  page: { readonly state: MatchState; readonly offset: number; readonly limit: number },
): Promise<readonly Match[]> {
  const rows = await tx
    .selectFrom('matches')
    .select(columns)
    .where('state', '=', page.state)
    .orderBy(sql`case band when 'probable' then 0 when 'possible' then 1 else 2 end`)
    .orderBy(sql`facet <> 'enquiry_list'`)
    .orderBy('proposedAt')
    .orderBy('id')
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  return rows.map(asMatch);
}

export async function countMatches(tx: Db): Promise<ReadonlyMap<MatchState, number>> {
  const rows = await tx
    .selectFrom('matches')
    .select(['state', tx.fn.countAll<number>().as('count')])
    .where('state', 'in', ['proposed', 'awaiting_second', 'unsure'])
    .groupBy('state')
    .execute();
  return new Map(rows.map((row) => [row.state as MatchState, row.count])); // A check holds the states.
}

/** Writes the new state; the version read must still be current. */
export async function updateMatch(tx: Db, match: Match): Promise<number> {
  const row = await tx
    .updateTable('matches')
    .set({
      state: match.state,
      answer: match.answer,
      judgedBy: match.judgedBy,
      judgedAt: match.judgedAt,
      secondBy: match.secondBy,
      secondAt: match.secondAt,
      version: match.version + 1,
    })
    .where('id', '=', match.id)
    .where('version', '=', match.version)
    .returning('version')
    .executeTakeFirstOrThrow();
  return row.version;
}

/** The checks on state, band, facet and answer have no form in the driver's row. */
function asMatch(row: object): Match {
  return row as Match;
}
