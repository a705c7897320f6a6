import { insertSealed } from '../../../src/db/sealed-rows.ts';
import type { MatchId } from '../../../src/kernel/ids.ts';
import { newId } from '../../../src/vault/random.ts';
import type { World } from '../../world.ts';

/** Proposals of new pairs of records, inserted as rows. */
export async function proposeMatches(world: World, count: number): Promise<readonly MatchId[]> {
  const { officeId, now, broker, test } = world;
  const sourceId: string = newId();
  const source = { id: sourceId, kind: 'official_list', reliability: 'B2', officeId };
  await test.db
    .insertInto('sources')
    .values({ ...source, recordedAt: now })
    .execute();
  const ids: MatchId[] = [];
  while (ids.length < count) {
    const pairs = Array.from({ length: Math.min(250, count - ids.length) }, () => ({
      matchId: newId<'match'>() as MatchId,
      records: [newId(), newId()].map((id): { id: string; personId: string } => ({
        id,
        personId: newId(),
      })),
    }));
    const records = pairs.flatMap((pair) => pair.records);
    const common = { officeId, recordedAt: now };
    await test.db
      .insertInto('persons')
      .values(records.map(({ personId }) => ({ ...common, id: personId })))
      .execute();
    const kept = { ...common, sourceId, side: 'held', matchAt: 'never' };
    await test.db
      .insertInto('records')
      .values(records.map((record) => ({ ...record, ...kept })))
      .execute();
    const facets = { state: 'proposed', band: 'probable', facet: 'list_list', modelVersion: '1' };
    await test.db
      .insertInto('matches')
      .values(pairs.map(({ matchId }) => ({ ...facets, id: matchId, officeId, proposedAt: now })))
      .execute();
    const described = records.map(({ id }) => ({
      ...{ tableName: 'records', columnName: 'description', rowId: id, subjectId: id },
      compartment: 'identity' as const,
      content: { names: [{ full: 'Громозір Павло' }] },
    }));
    const paired = pairs.map(({ matchId, records: [left, right] }) => ({
      ...{ tableName: 'matches', columnName: 'pair', rowId: matchId, subjectId: matchId },
      compartment: 'work' as const,
      content: { leftRecordId: left?.id, rightRecordId: right?.id },
    }));
    await insertSealed(test.db, await broker.sealMany([...described, ...paired]), {
      officeId,
      now,
    });
    ids.push(...pairs.map(({ matchId }) => matchId));
  }
  return ids;
}
