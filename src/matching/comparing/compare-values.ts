import type { Analysis, DateParts } from '../reading/analysis.ts';
import { codesOf } from './levels.ts';

export const birth = codesOf('birth');
export const lost = codesOf('lost');
export const rank = codesOf('rank');

/** How two birth dates agree, as far as both are known. */
export function birthLevel(left: DateParts | null, right: DateParts | null): number {
  if (!left || !right) return birth.absent;
  const years = Math.abs(left.year - right.year);
  if (left.day === 0 || right.day === 0) {
    if (years > 0) return years === 1 ? birth.near : years <= 3 ? birth.apart : birth.different;
    if (left.month === 0 || right.month === 0) return birth.partial;
    return left.month === right.month ? birth.partial_month : birth.year_same;
  }
  const day = left.day === right.day;
  const month = left.month === right.month;
  if (years === 0) {
    if (day && month) return birth.same;
    // January 1 is often written where only the year is known.
    if (isNewYear(left) || isNewYear(right)) return birth.new_year;
    if (left.day === right.month && left.month === right.day) return birth.swapped;
    if (day || month) return nearDigits(left, right) ? birth.one_digit : birth.two_of_three;
    return birth.year_same;
  }
  if (day && month) return years <= 1 || years === 10 ? birth.year_near : birth.year_other;
  if (years === 1) return birth.near;
  return years <= 3 ? birth.apart : birth.different;
}

function isNewYear({ month, day }: DateParts): boolean {
  return month === 1 && day === 1;
}

function nearDigits(left: DateParts, right: DateParts): boolean {
  const days = Math.abs(left.day - right.day);
  const months = Math.abs(left.month - right.month);
  if (days + months === 1) return true;
  // One misread digit: 03 and 08, 12 and 17, 21 and 11.
  if (months === 0) return days === 10 || days === 20 || sameUnits(left.day, right.day);
  return months === 10;
}

function sameUnits(one: number, other: number): boolean {
  return Math.floor(one / 10) === Math.floor(other / 10);
}

/** Capture before the last call home is impossible. Capture soon after it is likely. */
export function lostLevel({ lost: left }: Analysis, { lost: right }: Analysis): number {
  if (!left || !right) return lost.absent;
  if (left.kind === right.kind) {
    const apart = Math.abs(left.day - right.day);
    return apart <= 3 ? lost.soon : apart <= 40 ? lost.season : lost.later;
  }
  const after = left.kind === 'contact' ? right.day - left.day : left.day - right.day;
  if (after >= -5 && after <= 12) return lost.soon;
  if (after > 12 && after <= 30) return lost.weeks;
  if (after > 30 && after <= 60) return lost.season;
  if (after < -5 && after >= -30) return lost.slightly_before;
  return after < 0 ? lost.before : lost.later;
}

/** Compares ranks by their position in the order of ranks: people are promoted. */
export function rankLevel(one: number | null, other: number | null): number {
  if (one === null || other === null) return rank.absent;
  if (one === other) return rank.same;
  return Math.abs(one - other) === 1 ? rank.near : rank.different;
}
