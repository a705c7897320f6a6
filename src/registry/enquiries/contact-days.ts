/**
 * When a family is contacted. Before identity and kinship are proven this depends only on the time
 * of filing (R-32, S-03). So an attacker who files a thousand enquiries learns nothing from the
 * time of an answer. Days are UTC days; contacts are due at one hour of the day.
 */
export interface ContactDay {
  /** ISO day. */
  readonly on: string;
  readonly kind: 'first' | 'second' | 'erasure' | 'monthly';
}

const dayMs = 86_400_000;
/** Hour of the day (UTC) at which all contacts of a day are made: morning in the families' zones. */
const contactHour = 6;
const early = [
  { day: 1, kind: 'first' },
  { day: 14, kind: 'second' },
  { day: 30, kind: 'erasure' },
] as const;
const monthDays = 30;

/**
 * All contacts made up to the moment `until`: days 1, 14 and 30 for all, then every thirty days for
 * those whose identity is proven (ruling 7).
 */
export function contactDates(
  filedAt: Date,
  identityProvenAt: Date | null,
  until: Date,
): readonly ContactDay[] {
  const days: ContactDay[] = early
    .map(({ day, kind }) => ({ on: dayAfter(filedAt, day), kind }))
    .filter(({ on }) => contactTime(on) <= until);
  if (!identityProvenAt) return days;
  for (let day = 2 * monthDays; ; day += monthDays) {
    const on = dayAfter(filedAt, day);
    if (contactTime(on) > until) break;
    if (contactTime(on) >= identityProvenAt) days.push({ on, kind: 'monthly' });
  }
  return days;
}

/**
 * The next contact after the given moment, as announced to the family. It continues in steps of
 * thirty days whether or not identity is proven, so that the announcement reveals nothing either.
 */
export function nextContactOn(filedAt: Date, after: Date): string {
  for (const { day } of early) {
    const on = dayAfter(filedAt, day);
    if (contactTime(on) > after) return on;
  }
  const passed = (after.getTime() - startOfDay(filedAt) - contactHour * 3_600_000) / dayMs;
  return dayAfter(filedAt, monthDays * (Math.floor(passed / monthDays) + 1));
}

/** The last day whose contacts are due: today once the hour has come, before it yesterday. */
export function lastContactDay(now: Date): string {
  return new Date(now.getTime() - contactHour * 3_600_000).toISOString().slice(0, 10);
}

/** The time at which a contact of the given day is made. */
export function contactTime(on: string): Date {
  return new Date(`${on}T${String(contactHour).padStart(2, '0')}:00:00.000Z`);
}

/**
 * When a family may read what the desk wrote before kinship was proven: at the next contact of the
 * timetable, so that the time of an answer reveals nothing about the sought person.
 */
export function readableFrom(writtenAt: Date, filedAt: Date): Date {
  return contactTime(nextContactOn(filedAt, writtenAt));
}

/** The latest contact of the timetable so far; null before the first. */
export function lastContactTime(filedAt: Date, now: Date): Date | null {
  const last = contactDates(filedAt, filedAt, now).at(-1);
  return last ? contactTime(last.on) : null;
}

/** A period in which the family had done its part and the desk had not. */
export interface Wait {
  readonly from: Date;
  /** Null while it still waits. */
  readonly to: Date | null;
}

/**
 * When a filing whose identity is not proven is erased: thirty days after filing, not
 * counting days that it waited for the desk (ruling 7). Null while it waits.
 */
export function eraseAfter(filedAt: Date, waits: readonly Wait[]): Date | null {
  let waited = 0;
  for (const wait of waits) {
    if (!wait.to) return null;
    waited += Math.max(0, wait.to.getTime() - wait.from.getTime());
  }
  const due = contactTime(dayAfter(filedAt, monthDays));
  return new Date(due.getTime() + waited);
}

/** The periods of waiting between documents received and the checks that followed. */
export function waitsOf(papers: readonly Date[], checks: readonly Date[]): readonly Wait[] {
  const waits: Wait[] = [];
  for (const from of [...papers].sort((a, b) => a.getTime() - b.getTime())) {
    const open = waits.at(-1);
    if (open && (!open.to || open.to > from)) continue;
    const answered = checks.filter((at) => at >= from).sort((a, b) => a.getTime() - b.getTime())[0];
    waits.push({ from, to: answered ?? null });
  }
  return waits;
}

function startOfDay(time: Date): number {
  return Math.floor(time.getTime() / dayMs) * dayMs;
}

function dayAfter(filedAt: Date, days: number): string {
  return new Date(startOfDay(filedAt) + days * dayMs).toISOString().slice(0, 10);
}
