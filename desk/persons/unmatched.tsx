import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { asked } from '../api/asked.ts';
import { Answered } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Empty, MaskedName, Moment, More, PageHead } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';

/** People reported held without an enquiry. */
export function UnmatchedPage() {
  const { t, word } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.unmatched(after));
  return (
    <>
      <PageHead
        title={t('unmatched.title')}
        windowTitle={t('unmatched.title')}
        lead={t('unmatched.lead')}
      />
      <Answered question={question}>
        {(page) => (
          <>
            {page.rows.length === 0 ? (
              <Empty>{t('unmatched.empty')}</Empty>
            ) : (
              <Table
                caption={t('unmatched.title')}
                rows={page.rows}
                keyOf={(row) => row.recordId}
                columns={[
                  {
                    key: 'who',
                    head: t('masked.who'),
                    isHead: true,
                    cell: (row) => (
                      <Link to={paths.person(row.personId)}>
                        <MaskedName {...row} />
                      </Link>
                    ),
                  },
                  {
                    key: 'source',
                    head: t('source'),
                    cell: (row) => word('sourceKind', row.source),
                  },
                  {
                    key: 'at',
                    head: t('recordedAt'),
                    cell: (row) => <Moment at={row.recordedAt} />,
                  },
                ]}
              />
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
