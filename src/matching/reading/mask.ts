import type { WrittenName } from '../../kernel/description.ts';
import { analyseName } from './names.ts';

/** What a queue shows of a name before it is opened: two initials, surname first. */
export function maskName(names: readonly WrittenName[]): string {
  const [name] = names;
  if (!name) return '—';
  const { surnames, given } = analyseName(name);
  const initials = [surnames[0]?.raw, given?.raw]
    .map((word) => word?.charAt(0).toUpperCase())
    .filter((letter) => letter !== undefined && letter !== '');
  return initials.length === 0 ? '—' : initials.map((letter) => `${letter}.`).join(' ');
}
