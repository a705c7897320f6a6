import pg from 'pg';
import { contactTime } from '../../src/registry/enquiries/contact-days.ts';
import { superuserOf } from '../safety/support/superuser.ts';
import type { Filed } from './life.ts';

const dayMs = 86_400_000;
const clockErrorMs = 10_000;
/** The scripted days of a filing whose family is not proven; on the last of them it is erased. */
const earlyDays = [1, 14, 30];

/** The installation's tables as its superuser sees them, read only. */
export class Tables {
  readonly main: pg.Client;
  readonly keystore: pg.Client;

  private constructor(main: pg.Client, keystore: pg.Client) {
    this.main = main;
    this.keystore = keystore;
  }

  static async open(dataFolder: string): Promise<Tables> {
    const open = async (which: 'main' | 'keystore') => {
      const url = await superuserOf(dataFolder, which, `homeward_${which}`);
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    };
    return new Tables(await open('main'), await open('keystore'));
  }

  async close(): Promise<void> {
    await Promise.all([this.main.end(), this.keystore.end()]);
  }

  /** The time that both clusters report, compared with the expected time. */
  async clocksAgree(now: Date): Promise<boolean> {
    const found = await Promise.all(
      [this.main, this.keystore].map((client) =>
        client.query<{ at: Date }>('select clock_timestamp() as at'),
      ),
    );
    return found.every(({ rows }) => {
      const error = Math.abs((rows[0]?.at.getTime() ?? 0) - now.getTime());
      return error < clockErrorMs;
    });
  }

  /** Waits until the worker did its hourly work at or after the given moment. */
  async workedSince(at: Date, actions: readonly string[]): Promise<boolean> {
    for (let tries = 0; tries < 600; tries += 1) {
      const { rows } = await this.main.query<{ count: number }>(
        `select count(distinct action)::int as count from audit_entries
         where recorded_at >= $1 and recorded_at < $1 + interval '1 hour' and action = any($2)`,
        [at, actions],
      );
      if (rows[0]?.count === actions.length) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  }

  async alertKinds(since: Date): Promise<readonly string[]> {
    const { rows } = await this.main.query<{ kind: string }>(
      'select distinct kind from alerts where raised_at >= $1 order by kind',
      [since],
    );
    return rows.map((row) => row.kind);
  }

  async intakeKeys(): Promise<readonly { validFrom: Date; eraseAfter: Date }[]> {
    const { rows } = await this.keystore.query<{ valid_from: Date; erase_after: Date }>(
      'select valid_from, erase_after from intake_keys order by sequence desc',
    );
    return rows.map((row) => ({ validFrom: row.valid_from, eraseAfter: row.erase_after }));
  }

  async boxed(): Promise<number> {
    const { rows } = await this.main.query<{ count: number }>(
      'select count(*)::int as count from intakes',
    );
    return rows[0]?.count ?? 0;
  }

  async stateOf(enquiryId: string): Promise<string> {
    const { rows } = await this.main.query<{ state: string }>(
      'select state from enquiries where id = $1',
      [enquiryId],
    );
    return rows[0]?.state ?? 'absent';
  }

  async states(): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.main.query<{ id: string; state: string }>(
      'select id, state from enquiries',
    );
    return new Map(rows.map((row) => [row.id, row.state]));
  }

  async contacts(): Promise<ReadonlyMap<string, readonly Date[]>> {
    const { rows } = await this.main.query<{ enquiry_id: string; at: Date[] }>(
      `select enquiry_id, array_agg(occurred_at order by occurred_at) as at from contacts
       where kind = 'timetable' group by enquiry_id`,
    );
    return new Map(rows.map((row) => [row.enquiry_id, row.at]));
  }
}

/** When an unproven filing is due to be erased. */
export function erasureOf(filed: Filed): Date {
  return contactTime(dayAfter(filed.filedAt, 30));
}

/**
 * The contact days that the rule requires up to a moment, written here independently: day 1, 14 and
 * 30, then every thirty days for a proven family. Others end on day 30 with the erasure.
 */
export function contactDaysOf(filed: Filed, until: Date): readonly string[] {
  const days = [...earlyDays];
  if (filed.provenAt) for (let day = 60; day < 800; day += 30) days.push(day);
  return days.map((day) => dayAfter(filed.filedAt, day)).filter((on) => contactTime(on) <= until);
}

function dayAfter(from: Date, days: number): string {
  const start = Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate());
  return new Date(start + days * dayMs).toISOString().slice(0, 10);
}
