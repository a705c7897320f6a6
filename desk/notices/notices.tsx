import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { asked } from '../api/asked.ts';
import { Answered } from '../forms/refusal.tsx';
import { type NoticeView, noticeViews, paths, readChoice } from '../paths.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Badge, Empty, Moment, More, PageHead } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Views } from '../ui/views.tsx';

const titles: Readonly<Record<NoticeView, TextKey>> = {
  awaiting_approval: 'notices.toApprove',
  approved: 'notices.toTell',
  told: 'notices.told',
};

/** Notices that wait: for a second person, or to be told by telephone. */
export function NoticesPage() {
  const { t } = useTexts();
  const [search] = useSearchParams();
  const view = readChoice(search.get('view'), noticeViews);
  const counts = useQuery(asked.queues()).data?.counts;
  const countOf: Partial<Record<NoticeView, number | undefined>> = {
    awaiting_approval: counts?.noticesToApprove,
    approved: counts?.noticesToTell,
  };
  return (
    <>
      <PageHead
        title={t('notices.title')}
        windowTitle={t('notices.title')}
        lead={t('notices.lead')}
      />
      <Views
        label={t('notices.views')}
        views={noticeViews.map((each) => ({
          to: paths.notices(each),
          textKey: titles[each],
          count: countOf[each],
          isCurrent: each === view,
        }))}
      />
      <Rows key={view} view={view} />
    </>
  );
}

function Rows({ view }: { readonly view: NoticeView }) {
  const { t, word } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.notices(view, after));
  return (
    <Answered question={question}>
      {(page) => (
        <>
          {page.rows.length === 0 ? (
            <Empty>{t('notices.empty')}</Empty>
          ) : (
            <Table
              caption={t(titles[view])}
              rows={page.rows}
              keyOf={(row) => row.noticeId}
              columns={[
                {
                  key: 'what',
                  head: t('notice.cleared'),
                  isHead: true,
                  cell: (row) => (
                    <Link to={paths.notice(row.noticeId)}>
                      {(row.cleared ?? []).map((fact) => word('cleared', fact)).join('; ') ||
                        t('notice.title')}
                    </Link>
                  ),
                },
                {
                  key: 'grave',
                  head: t('notice.graveColumn'),
                  cell: (row) => (row.grave ? <Badge tone="bad">{t('notice.grave')}</Badge> : '—'),
                },
                {
                  key: 'by',
                  head: t('notice.by'),
                  cell: (row) => <bdi>{row.composedBy ?? '—'}</bdi>,
                },
                { key: 'at', head: t('notice.at'), cell: (row) => <Moment at={row.composedAt} /> },
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
  );
}
