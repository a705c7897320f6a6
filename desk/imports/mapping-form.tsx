import { useState } from 'react';
import { useAct } from '../api/act.ts';
import { send } from '../api/client.ts';
import type { ColumnMapping, ImportView } from '../api/work-shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Tick } from '../ui/field.tsx';
import { Badge, Note, Panel } from '../ui/parts.tsx';
import { useSaying } from '../ui/saying.tsx';

const columnFields = [
  'name',
  'surname',
  'given',
  'patronymic',
  'maiden_name',
  'sex',
  'birth',
  'birth_year',
  'birthplace',
  'rank',
  'unit',
  'callsign',
  'number',
  'document',
  'tax_number',
  'captured',
  'captured_place',
  'last_contact',
  'last_seen_place',
  'event',
  'event_date',
  'held_place',
  'father',
  'mother_maiden_name',
  'relatives',
  'note',
  'ordinal',
] as const;

/** The content of each column: as recognised, for a person to correct before a row is read. */
export function MappingForm({ list }: { readonly list: ImportView }) {
  const { t } = useTexts();
  const say = useSaying();
  const [columns, setColumns] = useState<readonly ColumnMapping[]>(list.mapping?.columns ?? []);
  const [isKept, setKept] = useState(true);
  const act = useAct(
    (body: Readonly<Record<string, unknown>>, commandId) =>
      send(
        `/api/imports/${list.importId}/start`,
        { ...body, commandId },
        { version: list.version, purpose: { kind: 'import' } },
      ),
    () => say({ words: t('mapping.started') }),
  );
  const choose = (index: number, field: string) =>
    setColumns(
      columns.map((column) =>
        column.index === index ? { ...column, field: field === '' ? null : field } : column,
      ),
    );
  const hasName = columns.some((column) =>
    ['name', 'surname', 'given'].includes(column.field ?? ''),
  );
  return (
    <Panel title={t('mapping.title')}>
      <p>{t('mapping.text')}</p>
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <ul className="mapping">
        {columns.map((column) => (
          <MappedColumn
            key={column.index}
            column={column}
            samples={(list.shape?.sampleRows ?? []).map((row) => row[column.index] ?? '')}
            onChoose={(field) => choose(column.index, field)}
          />
        ))}
      </ul>
      {hasName ? null : <Note tone="warm">{t('mapping.noName')}</Note>}
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          act.run({
            mapping: { columns: columns.map(({ index, field }) => ({ index, field })) },
            saveForSender: isKept,
          });
        }}
      >
        <Tick isSelected={isKept} onChange={setKept}>
          {t('mapping.keep')}
        </Tick>
        <Button look="main" type="submit" isDisabled={act.isBusy || !hasName}>
          {t('mapping.start')}
        </Button>
      </form>
    </Panel>
  );
}

function MappedColumn({
  column,
  samples,
  onChoose,
}: {
  readonly column: ColumnMapping;
  readonly samples: readonly string[];
  readonly onChoose: (field: string) => void;
}) {
  const { t, word, percent } = useTexts();
  const id = `column-${column.index}`;
  const known = column.field === null || columnFields.some((field) => field === column.field);
  return (
    <li className={column.field ? undefined : 'left-out'}>
      <div>
        <label htmlFor={id}>
          <bdi className="raw">
            {column.heading || t('mapping.noHeading', { number: column.index + 1 })}
          </bdi>
        </label>
        <p className="samples">
          {samples
            .filter(Boolean)
            .slice(0, 3)
            .map((sample, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: samples may repeat and never move.
              <bdi key={at} className="raw">
                {sample}
              </bdi>
            ))}
        </p>
      </div>
      <div>
        <select
          id={id}
          value={column.field ?? ''}
          onChange={(event) => onChoose(event.target.value)}
        >
          <option value="">{t('mapping.skip')}</option>
          {known ? null : (
            <option value={column.field ?? ''}>{word('column', column.field ?? '')}</option>
          )}
          {columnFields.map((field) => (
            <option key={field} value={field}>
              {word('column', field)}
            </option>
          ))}
        </select>
        {column.field ? (
          <Badge tone={column.confidence >= 0.8 ? 'good' : 'warm'}>
            {t('mapping.sure', { share: percent(column.confidence) })}
          </Badge>
        ) : null}
      </div>
    </li>
  );
}
