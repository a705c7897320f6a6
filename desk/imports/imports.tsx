import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { asked } from '../api/asked.ts';
import type { ImportRow } from '../api/work-shapes.ts';
import { Answered } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Badge, Empty, Moment, More, PageHead } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';

/** Imported lists, newest first. */
export function ImportsPage() {
  const { t } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.imports(after));
  return (
    <>
      <PageHead
        title={t('imports.title')}
        windowTitle={t('imports.title')}
        lead={t('imports.lead')}
      >
        <ButtonLink to={paths.newImport} look="main">
          {t('imports.new')}
        </ButtonLink>
      </PageHead>
      <Answered question={question}>
        {(page) => (
          <>
            {page.rows.length === 0 ? (
              <Empty>{t('imports.empty')}</Empty>
            ) : (
              <Listed rows={page.rows} />
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
    </>
  );
}

function Listed({ rows }: { readonly rows: readonly ImportRow[] }) {
  const { t, word, number } = useTexts();
  const count = (key: string, head: string, of: (row: ImportRow) => number) => ({
    key,
    head,
    isNumber: true,
    cell: (row: ImportRow) => number(of(row)),
  });
  return (
    <Table
      caption={t('imports.title')}
      rows={rows}
      keyOf={(row) => row.importId}
      columns={[
        {
          key: 'at',
          head: t('recordedAt'),
          isHead: true,
          cell: (row) => (
            <Link to={paths.import(row.importId)}>
              <Moment at={row.recordedAt} />
            </Link>
          ),
        },
        {
          key: 'sender',
          head: t('imports.sender'),
          cell: (row) => <bdi>{senderName(row.sender) ?? '—'}</bdi>,
        },
        {
          key: 'state',
          head: t('state'),
          cell: (row) => (
            <Badge tone={importTone(row.state)}>{word('importState', row.state)}</Badge>
          ),
        },
        count('read', t('imports.read'), (row) => row.rowsRead),
        count('recorded', t('imports.recorded'), (row) => row.rowsRecorded),
        count('refused', t('imports.refused'), (row) => row.rowsRefused),
      ]}
    />
  );
}

export function importTone(state: string) {
  if (state === 'done') return 'good' as const;
  return state === 'refused' ? ('bad' as const) : ('warm' as const);
}

/** The sender is a label, or has an id. */
export function senderName(sender: unknown): string | null {
  if (typeof sender === 'string') return sender;
  const label =
    typeof sender === 'object' && sender !== null && 'label' in sender ? sender.label : null;
  return typeof label === 'string' ? label : null;
}
