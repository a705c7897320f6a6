import { useTexts } from '../texts.ts';

interface DateShown {
  readonly raw: string;
  readonly value: string | null;
}
type Loose = Readonly<Record<string, unknown>>;
interface NameShown {
  readonly full: string;
  readonly kind?: string;
}
export interface UnderstoodShown {
  readonly field: string;
  readonly value: string | null;
  readonly raw: string;
  readonly rule: string;
}
export interface DescriptionShown {
  readonly names: readonly NameShown[];
}

const order = [
  'sex',
  'birth',
  'birthplace',
  'father',
  'motherMaidenName',
  'relatives',
  'kinAddress',
  'power',
  'rank',
  'unit',
  'callsign',
  'captured',
  'capturedPlace',
  'lastContact',
  'lastSeenPlace',
  'armyNumber',
  'documents',
  'taxNumber',
  'sourceNumber',
  'note',
] as const;

/** One field of a description as it was written, in every language the same. */
export interface Written {
  readonly field: string;
  readonly raw: string;
}

/** All that a source says, field by field, unchanged. */
function writtenFields(description: DescriptionShown): readonly Written[] {
  const values = description as unknown as Loose; // Read only by name, each checked below.
  const names = description.names.map((name, at) => ({
    field: at === 0 ? 'name' : `name.${name.kind ?? 'alias'}`,
    raw: name.full,
  }));
  const others = order.flatMap((field) => {
    const raw = textOf(values[field]);
    return raw === '' ? [] : [{ field, raw }];
  });
  return [...names, ...others];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  return isDate(value) ? value.raw : '';
}

function isDate(value: unknown): value is DateShown {
  return typeof value === 'object' && value !== null && 'raw' in value;
}

/** A record: its text, and beside it the reading and the rule. */
export function Described({
  description,
  understood,
}: {
  readonly description: DescriptionShown;
  readonly understood: readonly UnderstoodShown[];
}) {
  const { word, t } = useTexts();
  const sex = word('sex', String((description as unknown as Loose)['sex'] ?? ''));
  return (
    <dl className="described">
      {writtenFields(description).map(({ field, raw }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two names may be of one kind; the order is fixed.
        <div key={`${field}-${at}`}>
          <dt>{word('field', field)}</dt>
          <dd>
            <bdi className="raw">{field === 'sex' ? sex : raw}</bdi>
            {understood
              .filter((each) => covers(each, field, raw))
              .map((each) => (
                <UnderstoodAs key={`${each.field}-${each.rule}`} understood={each} />
              ))}
          </dd>
        </div>
      ))}
      {writtenFields(description).length === 0 ? (
        <p className="empty">{t('described.none')}</p>
      ) : null}
    </dl>
  );
}

function covers(understood: UnderstoodShown, field: string, raw: string): boolean {
  if (understood.field === field) return true;
  const [root] = field.split('.');
  return (
    root === 'name' &&
    ['surname', 'given', 'patronymic'].includes(understood.field) &&
    raw.toLowerCase().includes(understood.raw.toLowerCase())
  );
}

function UnderstoodAs({ understood }: { readonly understood: UnderstoodShown }) {
  const { t, day, word } = useTexts();
  const isDay = (text: string) => /^\d{4}(-\d{2}){0,2}$/.test(text);
  // A date that can be read two ways is shown with both.
  const unit = understood.field === 'unit' ? /^(\d+) (.+)$/.exec(understood.value ?? '') : null;
  const value = unit ? `${unit[1]} ${word('unitKind', unit[2] ?? '')}` : understood.value;
  const words = value
    ?.split(' / ')
    .map((text) => (isDay(text) ? day(text) : text))
    .join(' / ');
  const isPart = ['surname', 'given', 'patronymic'].includes(understood.field);
  return (
    <span className="understood">
      <span aria-hidden="true">→ </span>
      <span className="unseen">{t('understood.as')} </span>
      {isPart ? `${word('field', understood.field)} ` : null}
      {words ? <bdi>{words}</bdi> : <em>{t('understood.not')}</em>}
      <small> {word('rule', understood.rule)}</small>
    </span>
  );
}
