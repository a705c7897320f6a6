import { sql } from 'kysely';
import { connect } from '../db/connect.ts';
import type { Declared } from './module.ts';

/** Stores, as the owner, the event kinds that modules declare: rows refer to them. */
export async function storeEventKinds(
  ownerUrl: string,
  { eventKinds }: Pick<Declared, 'eventKinds'>,
): Promise<void> {
  const { db, close } = connect(ownerUrl, { max: 1 });
  try {
    for (const { kind, axis, effect, rank, showsLife } of eventKinds.values()) {
      await sql`insert into event_kinds (kind, axis, effect, rank, shows_life)
        values (${kind}, ${axis}, ${effect}, ${rank}, ${showsLife})
        on conflict (kind) do update set axis = excluded.axis, effect = excluded.effect,
          rank = excluded.rank, shows_life = excluded.shows_life`.execute(db);
    }
  } finally {
    await close();
  }
}
