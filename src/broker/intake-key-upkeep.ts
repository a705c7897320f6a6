import { insertLastingAlert } from '../access/queries.ts';
import type { Moment } from '../audit/context.ts';
import { entryWriter } from '../audit/entry.ts';
import { inTransaction } from '../db/transaction.ts';
import { assert } from '../kernel/assert.ts';
import { clockSkewMs } from '../kernel/clock.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { newId } from '../vault/random.ts';
import type { BrokerParts } from './broker.ts';
import { dayMs, intakeKeyDays, renewIntakeKey } from './intake-keys.ts';
import {
  deleteIntakeKey,
  findNewestIntakeKey,
  type IntakeKeyDates,
  listIntakeKeys,
} from './keystore.ts';
import { countIntakesBesides, systemRows, unregisterIntakeKey } from './queries.ts';

export interface IntakeKeyUpkeep {
  readonly renewed: boolean;
  readonly deleted: number;
  /** Age of the current intake key, in whole days. */
  readonly ageDays: number;
  /** The alerts raised at the desk. */
  readonly alarms: readonly IntakeKeyAlarm[];
}

/**
 * A key that is too old because the broker was not unlocked; filings whose key is not in the
 * keystore.
 */
export type IntakeKeyAlarm = 'intake_key.ageing' | 'intake_key.missing';

/**
 * Renews, deletes and warns; runs every minute, locked or not. Safe to repeat and to kill at any
 * point: each step checks the stored state.
 */
export async function keepIntakeKeys(
  parts: BrokerParts,
  officeId: OfficeId,
): Promise<IntakeKeyUpkeep> {
  const now = parts.clock();
  const renewed = parts.ring.unlocked && isDue(await findNewestIntakeKey(parts.keystore), now);
  if (renewed) await renewIntakeKey(parts);
  const [newest, ...older] = await listIntakeKeys(parts.keystore);
  assert(newest, 'an installation has an intake key');
  let deleted = 0;
  for (const key of older) {
    if (isExpired(key, now) && (await eraseKey(parts, { key, officeId }))) deleted += 1;
  }
  const ageDays = Math.max(0, Math.floor((now.getTime() - newest.validFrom.getTime()) / dayMs));
  const alarms: IntakeKeyAlarm[] = [];
  if (ageDays >= intakeKeyDays.warnAfter) alarms.push('intake_key.ageing');
  const keyIds = [newest, ...older].map((key) => key.id);
  await inTransaction(parts.db, systemRows(officeId), async (tx) => {
    if ((await countIntakesBesides(tx, keyIds)) > 0) alarms.push('intake_key.missing');
    for (const kind of alarms) {
      // One unseen alert for each key, however often this runs.
      const alert = { id: newId<'alert'>(), officeId, kind, objectId: newest.id, raisedAt: now };
      await insertLastingAlert(tx, alert);
    }
  });
  return { renewed, deleted, ageDays, alarms };
}

/** A key from the future was made while the clock was wrong: its age would never be known. */
function isDue(newest: IntakeKeyDates | null, now: Date): boolean {
  if (!newest) return true;
  const ageMs = now.getTime() - newest.validFrom.getTime();
  return ageMs >= intakeKeyDays.renewAfter * dayMs || ageMs < -clockSkewMs;
}

function isExpired(key: IntakeKeyDates, now: Date): boolean {
  const isFromFuture = key.validFrom.getTime() > now.getTime() + clockSkewMs;
  return key.eraseAfter <= now || isFromFuture;
}

/** Deletes a superseded key that no filing needs, and logs that. */
async function eraseKey(
  parts: BrokerParts,
  { key, officeId }: { readonly key: IntakeKeyDates; readonly officeId: OfficeId },
): Promise<boolean> {
  const actor = { kind: 'system', name: 'broker', officeId } as const;
  const at: Moment = { actor, purpose: { kind: 'upkeep' }, now: parts.clock() };
  const enter = entryWriter(at, new Map()); // Neither the broker nor a key is a person: no salts.
  const isFree = await inTransaction(parts.db, systemRows(officeId), async (tx) => {
    if (!(await unregisterIntakeKey(tx, key.id))) return false;
    const asked = { key: key.id };
    await enter(tx, { action: 'intake.erase_key', objectId: null, outcome: 'done', asked });
    return true;
  });
  if (isFree) await deleteIntakeKey(parts.keystore, key.id);
  return isFree;
}
