const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Forty minutes past the hour of contacts, and past the minutes of the hourly work. */
const ofDay = 'T06:40:00Z';

/** The moments at which a run stops to check, at most a day apart. */
export function plannedStops(form: 'short' | 'long'): readonly Date[] {
  const [from, until] =
    form === 'long' ? ['2027-01-10', '2029-01-10'] : ['2028-02-20', '2028-04-02'];
  const days: Date[] = [];
  for (let at = moment(from); at <= moment(until); at = new Date(at.getTime() + dayMs)) {
    days.push(at);
  }
  const fine = days.filter(isDelicate).flatMap((day) => hoursAround(day, form));
  const all = [...days, ...fine].map((at) => at.getTime());
  return [...new Set(all)].sort((a, b) => a - b).map((at) => new Date(at));
}

function moment(day: string): Date {
  return new Date(`${day}${ofDay}`);
}

/** Leap day, ends of February, ends of years, and the nights on which Europe moves its clocks. */
function isDelicate(day: Date): boolean {
  const text = day.toISOString().slice(5, 10);
  if (['02-28', '02-29', '12-31'].includes(text)) return true;
  const isSunday = day.getUTCDay() === 0;
  return isSunday && day.getUTCDate() >= 25 && (text.startsWith('03') || text.startsWith('10'));
}

/** Midnight and the hour of the change, 01:00 UTC, from both sides. */
function hoursAround(day: Date, form: 'short' | 'long'): readonly Date[] {
  const text = day.toISOString().slice(0, 10);
  const hours = form === 'long' ? ['00:00:01', '00:59:30', '01:00:30', '23:59:30'] : ['00:59:30'];
  return hours.map((hour) => new Date(`${text}T${hour}Z`));
}
