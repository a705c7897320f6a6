import type { Description } from '../kernel/description.ts';
import type { DateReading } from '../kernel/partial-date.ts';

/**
 * A description as a card stores it: its values in a fixed order as JSON. Field names are omitted,
 * since they take more space than the values. A new field goes to the end, or `layout` is
 * incremented.
 */
const kinds = {
  ...({ sex: 'plain', birth: 'date', birthplace: 'plain', unit: 'plain', rank: 'plain' } as const),
  ...({ captured: 'date', capturedPlace: 'plain', lastContact: 'date' } as const),
  ...({ lastSeenPlace: 'plain', callsign: 'plain', father: 'plain' } as const),
  ...({ motherMaidenName: 'plain', relatives: 'plain', taxNumber: 'plain' } as const),
  ...({ documents: 'plain', note: 'plain', armyNumber: 'plain', power: 'plain' } as const),
  ...({ kinAddress: 'plain', sourceNumber: 'plain' } as const),
} satisfies Record<Exclude<keyof Description, 'names'>, 'plain' | 'date'>;
const fields = Object.keys(kinds) as readonly (keyof typeof kinds)[]; // The keys of the table above.
const nameFields = ['full', 'surname', 'given', 'patronymic', 'language', 'kind'] as const;
const dateFields = ['raw', 'value', 'rule', 'alternative'] as const;

export function writeSaid(description: Description): string {
  const names = description.names.map((name) => listed(name, nameFields));
  const rest = fields.map((field) => {
    const value = description[field];
    return kinds[field] === 'date' && value ? listed(value as DateReading, dateFields) : value;
  });
  return JSON.stringify(trimmed([names, ...rest]));
}

export function readSaid(said: string): Description {
  const [names, ...rest] = JSON.parse(said) as readonly unknown[]; // Written above.
  const read: Record<string, unknown> = {
    names: (names as unknown[][]).map((name) => unlisted(name, nameFields)),
  };
  rest.forEach((value, at) => {
    const field = fields[at];
    if (value === null || field === undefined) return;
    read[field] = kinds[field] === 'date' ? unlisted(value as unknown[], dateFields) : value;
  });
  return read as unknown as Description; // Field by field in the order written.
}

function listed<T>(value: T, names: readonly (keyof T)[]): readonly unknown[] {
  return trimmed(names.map((name) => value[name]));
}

function unlisted(values: readonly unknown[], names: readonly string[]): object {
  const read: Record<string, unknown> = {};
  values.forEach((value, at) => {
    const name = names[at];
    // A date that could not be read is stored as null, which differs from an absent one.
    if (name !== undefined && (value !== null || name === 'value')) read[name] = value;
  });
  return read;
}

function trimmed(values: readonly unknown[]): readonly unknown[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === undefined) length -= 1;
  return values.slice(0, length);
}
