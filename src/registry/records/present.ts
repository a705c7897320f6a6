import type { Description, WrittenName } from '../../kernel/description.ts';
import type { DateReading } from '../../kernel/partial-date.ts';
import { readName } from '../../matching/reading/name-reading.ts';
import { placeName, readPlace } from '../../matching/reading/places.ts';
import { readUnit } from '../../matching/reading/units.ts';
import type { RecordSource } from './record.ts';

/** How one part of a record was read: the text, the result, and the rule. */
export interface Understood {
  readonly field: string;
  readonly raw: string;
  readonly value: string | null;
  readonly rule: string;
}

/** The analysis of a record, beside the words it was read from. */
export function presentUnderstood(description: Description): readonly Understood[] {
  const place = (field: string, text: string | undefined): Understood[] => {
    const reading = readPlace(text);
    if (!reading) return [];
    return [{ field, raw: reading.raw, value: placeName(reading), rule: reading.rule }];
  };
  const unit = readUnit(description.unit);
  return [
    ...description.names.slice(0, 8).flatMap(understoodName),
    ...date('birth', description.birth),
    ...place('birthplace', description.birthplace),
    ...(unit
      ? [
          {
            field: 'unit',
            raw: unit.raw,
            value: [unit.number, unit.kind].filter(Boolean).join(' ') || null,
            rule: unit.kind ? 'unit-kind' : 'unit-number',
          },
        ]
      : []),
    ...date('captured', description.captured),
    ...place('capturedPlace', description.capturedPlace),
    ...date('lastContact', description.lastContact),
    ...place('lastSeenPlace', description.lastSeenPlace),
  ];
}

/** Words as they were read; given names by their canonical form in the table. */
function understoodName(name: WrittenName): Understood[] {
  return readName(name).words.map(({ part, written, means, rule, from }) => ({
    field: part,
    raw: from,
    value: means.length > 0 ? means.join(' / ') : written,
    rule,
  }));
}

function date(field: string, reading: DateReading | undefined): Understood[] {
  if (!reading) return [];
  const { raw, value, alternative, rule } = reading;
  const both = value && alternative ? `${value} / ${alternative}` : value;
  return [{ field, raw, value: both, rule }];
}

/** The source of a record, as far as the desk may see it. */
export function presentSource(source: RecordSource | undefined) {
  if (!source) return null;
  return {
    sourceId: source.sourceId,
    kind: source.kind,
    reliability: source.reliability,
    asOf: source.asOf,
    recordedAt: source.recordedAt.toISOString(),
    label: source.label,
  };
}

/** The fields of the record; a field that is not named here is not shown. */
export function presentDescription(description: Description) {
  const { names, sex, birth, birthplace, unit, rank, callsign } = description;
  const { captured, capturedPlace, lastContact, lastSeenPlace } = description;
  const { father, motherMaidenName, relatives, taxNumber, documents, note } = description;
  const { armyNumber, power, kinAddress, sourceNumber } = description;
  return {
    names,
    sex,
    birth,
    birthplace,
    unit,
    rank,
    callsign,
    captured,
    capturedPlace,
    lastContact,
    lastSeenPlace,
    father,
    motherMaidenName,
    relatives,
    kinAddress,
    power,
    armyNumber,
    taxNumber,
    sourceNumber,
    documents,
    note,
  };
}
