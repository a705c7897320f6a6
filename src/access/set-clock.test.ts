import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import { openStaffSession, recogniseStaff } from './sign-in.ts';

let test: TestDatabase;
let world: World;

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

/** Daria signs in while the clock is ahead; then it is corrected. */
async function knownAfter(aheadMinutes: number): Promise<boolean> {
  const { officeId, now } = world;
  const ctx = world.atDoor();
  const ahead = new Date(now.getTime() + aheadMinutes * 60_000);
  const at = { ...ctx, db: test.as('homeward_desk'), now: ahead };
  const token = await openStaffSession(at, world.idOf('Daria'));
  return (await recogniseStaff(at.db, { officeId, token, now })) !== null;
}

describe('a session that was opened while the clock was ahead', () => {
  it('is known within an hour of error', async () => {
    expect(await knownAfter(59)).toBe(true);
  });

  it.each([61, 24 * 60, 730 * 24 * 60])(
    'is over when the clock was %i minutes ahead',
    async (by) => {
      expect(await knownAfter(by)).toBe(false);
    },
  );
});
