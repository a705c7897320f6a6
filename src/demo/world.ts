import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signOutStaff } from '../access/sign-in.ts';
import { passOf } from '../broker/caller.ts';
import { brokerClient } from '../broker/client.ts';
import { connect } from '../db/connect.ts';
import { workAtDesk } from './desk-work.ts';
import { type DemoParts, doorOf, makeDoors } from './doors.ts';
import { fileAll } from './families.ts';
import { bringLists } from './sources.ts';

/**
 * Builds the invented world once, through the same commands that people use. Every command has an
 * id that follows from its position, so a start that was killed half-way resumes and duplicates
 * nothing.
 */
export async function buildDemoWorld(asked: DemoParts): Promise<void> {
  const mark = join(asked.dataFolder, 'demo-world');
  if (await readFile(mark, 'utf8').catch(() => null)) return;
  const begun = await sinceWhen(asked);
  const parts = { ...asked, now: begun };
  process.stderr.write('building the invented world …\n');
  const desk = connect(parts.deskUrl, { max: 4 });
  const family = connect(parts.familyUrl, { max: 4 });
  const broker = brokerClient(parts.brokerSocket, passOf(parts.deskUrl));
  const sessions = new Map<string, string>();
  const doors = makeDoors(parts, { deskDb: desk.db, familyDb: family.db, broker, sessions });
  try {
    // Families first: records of a list are matched on arrival with the people whom families seek.
    const families = await fileAll(doors);
    await bringLists(doors);
    await workAtDesk(doors, families);
    for (const token of sessions.values()) {
      const { actor: _, ...rest } = doors.atDoor(0);
      await signOutStaff({ ...rest, actor: doorOf(parts), db: desk.db }, token);
    }
    await writeFile(mark, `${parts.now.toISOString()}\n`, { mode: 0o600 });
  } finally {
    broker.close();
    await Promise.all([desk.close(), family.close()]);
  }
}

/** The time at which the world was begun, the same for every start that resumes it. */
async function sinceWhen(parts: DemoParts): Promise<Date> {
  const mark = join(parts.dataFolder, 'demo-world-begun');
  const known = await readFile(mark, 'utf8').catch(() => null);
  if (known) return new Date(known.trim());
  await writeFile(mark, `${parts.now.toISOString()}\n`, { mode: 0o600 });
  return parts.now;
}
