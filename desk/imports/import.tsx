import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { headersOf, Refusal, send } from '../api/client.ts';
import type { ImportedRow, ImportView } from '../api/work-shapes.ts';
import { Answered, RefusalNote, useRefusalWords } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Empty, Facts, Moment, More, Note, PageHead, Panel } from '../ui/parts.tsx';
import { Progress } from '../ui/progress.tsx';
import { useSaying } from '../ui/saying.tsx';
import { Table } from '../ui/table.tsx';
import { importTone, senderName } from './imports.tsx';
import { MappingForm } from './mapping-form.tsx';

const moving: readonly string[] = ['received', 'running'];

/** One import: its columns, its progress, and the outcome of each row. */
export function ImportPage() {
  const { t } = useTexts();
  const { importId = '' } = useParams();
  const question = useQuery({
    ...asked.import(importId),
    // While it runs, the numbers are requested every second, in addition to live events.
    refetchInterval: ({ state }) =>
      state.data && moving.includes(state.data.state) ? 1000 : false,
  });
  return (
    <>
      <PageHead key={importId} title={t('import.title')} windowTitle={t('import.title')} />
      <Answered question={question}>{(list) => <Opened list={list} />}</Answered>
    </>
  );
}

function Opened({ list }: { readonly list: ImportView }) {
  const { t } = useTexts();
  const isOpen = list.state === 'inspected' || list.state === 'waiting';
  const hasRows = list.state === 'done' || list.state === 'running' || list.state === 'cancelled';
  return (
    <>
      <Head list={list} />
      {list.state === 'received' ? <Progress label={t('import.inspecting')} share={null} /> : null}
      {list.state === 'running' ? (
        <Progress
          label={t('import.running')}
          share={list.rowsEstimate ? list.rowsRead / list.rowsEstimate : null}
        />
      ) : null}
      {list.interrupted ? <Interrupted interrupted={list.interrupted} /> : null}
      {list.refusalCode ? <RefusedList code={list.refusalCode} /> : null}
      {isOpen ? <MappingForm key={list.version} list={list} /> : null}
      {hasRows ? <Counts list={list} /> : null}
      {hasRows ? <RefusedRows list={list} /> : null}
      {isOpen || moving.includes(list.state) ? <Cancel list={list} /> : null}
    </>
  );
}

function Head({ list }: { readonly list: ImportView }) {
  const { t, word, number } = useTexts();
  const estimate = list.rowsEstimate === null ? null : number(list.rowsEstimate);
  const rows =
    estimate === null || list.isCounted ? estimate : t('import.about', { rows: estimate });
  return (
    <>
      <p className="row">
        <Badge tone={importTone(list.state)}>{word('importState', list.state)}</Badge>
      </p>
      <Facts
        facts={[
          [t('imports.sender'), senderName(list.sender)],
          [t('recordedAt'), <Moment key="at" at={list.recordedAt} />],
          [t('import.format'), list.format],
          [t('import.encoding'), list.shape?.encoding],
          [
            t('import.delimiter'),
            list.shape?.delimiter
              ? word('delimiter', list.shape.delimiter === '\t' ? 'tab' : list.shape.delimiter)
              : null,
          ],
          [t('import.rows'), rows],
          [t('import.finished'), list.finishedAt ? <Moment key="f" at={list.finishedAt} /> : null],
        ]}
      />
    </>
  );
}

/** Reading was interrupted, and nothing is lost by it. */
function Interrupted({
  interrupted,
}: {
  readonly interrupted: NonNullable<ImportView['interrupted']>;
}) {
  const { t } = useTexts();
  const { times, row, resumed } = interrupted;
  return (
    <Note>{resumed ? t('import.resumed', { times, row }) : t('import.interrupted', { row })}</Note>
  );
}

function RefusedList({ code }: { readonly code: string }) {
  const words = useRefusalWords()(new Refusal(code, 422));
  return <Note tone="bad">{words}</Note>;
}

function Counts({ list }: { readonly list: ImportView }) {
  const { t, number } = useTexts();
  const counts = [
    [t('imports.read'), list.rowsRead],
    [t('import.added'), list.rowsRecorded],
    [t('import.changed'), list.rowsChanged],
    [t('import.unchanged'), list.rowsUnchanged],
    [t('import.gone'), list.rowsGone],
    [t('imports.refused'), list.rowsRefused],
  ] as const;
  return (
    <dl className="counts" aria-live="polite">
      {counts.map(([label, count]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}

function RefusedRows({ list }: { readonly list: ImportView }) {
  const { t } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const question = useQuery(asked.importRows(list.importId, 'refused', after));
  const take = () => {
    setRefusal(null);
    downloadRefused(list.importId).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    });
  };
  return (
    <Panel
      title={t('import.refusedTitle')}
      aside={list.rowsRefused > 0 ? <Button onPress={take}>{t('import.download')}</Button> : null}
    >
      <RefusalNote refusal={refusal} />
      <Answered question={question}>
        {(page) => (
          <>
            {page.rows.length === 0 ? (
              <Empty>{t('import.noneRefused')}</Empty>
            ) : (
              <RowsTable rows={page.rows} list={list} />
            )}
            <More
              nextAfter={page.nextAfter}
              isFirst={after === null}
              onNext={setAfter}
              onFirst={() => setAfter(null)}
            />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function RowsTable({
  rows,
  list,
}: {
  readonly rows: readonly ImportedRow[];
  readonly list: ImportView;
}) {
  const { t, word, number } = useTexts();
  const headingOf = (index: string) => {
    const column = list.mapping?.columns.find((each) => String(each.index) === index);
    if (column?.field) return word('column', column.field);
    return column?.heading || t('mapping.noHeading', { number: Number(index) + 1 });
  };
  return (
    <Table
      caption={t('import.refusedTitle')}
      rows={rows}
      keyOf={(row) => String(row.line)}
      columns={[
        {
          key: 'line',
          head: t('import.line'),
          isHead: true,
          isNumber: true,
          cell: (row) => number(row.line),
        },
        {
          key: 'why',
          head: t('import.why'),
          cell: (row) => (
            <ul className="plain">
              {row.notes.map((note) => (
                <li key={`${note.column}-${note.code}`}>
                  {note.column ? <strong>{headingOf(note.column)}: </strong> : null}
                  {word('rowNote', note.code)}
                  {note.raw ? (
                    <>
                      {' '}
                      <q className="raw">
                        <bdi>{note.raw}</bdi>
                      </q>
                    </>
                  ) : null}
                </li>
              ))}
            </ul>
          ),
        },
        {
          key: 'cells',
          head: t('import.cells'),
          cell: (row) => <bdi className="raw">{row.cells?.filter(Boolean).join(' · ') ?? ''}</bdi>,
        },
      ]}
    />
  );
}

/** Fetched with its purpose, so it cannot be a plain link. */
async function downloadRefused(importId: string): Promise<void> {
  const response = await fetch(`/api/imports/${importId}/refused.csv`, {
    headers: headersOf({ purpose: { kind: 'import' } }),
    cache: 'no-store',
  }).catch(() => {
    throw new Refusal('network.away', 0);
  });
  if (!response.ok) throw new Refusal(`http.${response.status}`, response.status);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = `refused-${importId.slice(0, 8)}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function Cancel({ list }: { readonly list: ImportView }) {
  const { t } = useTexts();
  const say = useSaying();
  const act = useAct(
    (version: number, commandId) =>
      send(
        `/api/imports/${list.importId}/cancel`,
        { commandId },
        { version, purpose: { kind: 'import' } },
      ),
    () => say({ words: t('import.cancelled') }),
  );
  return (
    <div className="stack">
      <RefusalNote refusal={act.refusal} onReload={act.clear} />
      <Button look="quiet" isDisabled={act.isBusy} onPress={() => act.run(list.version)}>
        {t('import.cancel')}
      </Button>
    </div>
  );
}
