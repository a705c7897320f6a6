import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { asked } from '../api/asked.ts';
import type { EnquiryRow } from '../api/work-shapes.ts';
import { Answered } from '../forms/refusal.tsx';
import { type EnquiryView, enquiryViews, paths, readChoice } from '../paths.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Badge, Day, Empty, Moment, More, PageHead } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Views } from '../ui/views.tsx';

const titles: Readonly<Record<EnquiryView, TextKey>> = {
  all: 'enquiries.all',
  to_verify: 'enquiries.toVerify',
  open: 'enquiries.open',
  contacts_due: 'enquiries.due',
  unread: 'enquiries.unread',
};

/** The enquiries of this office; nothing personal in the rows. */
export function EnquiriesPage() {
  const { t } = useTexts();
  const [search] = useSearchParams();
  const view = readChoice(search.get('view'), enquiryViews);
  const counts = useQuery(asked.queues()).data?.counts;
  const countOf: Partial<Record<EnquiryView, number | undefined>> = {
    to_verify: counts?.enquiriesToVerify,
    contacts_due: counts?.contactsDue,
    unread: counts?.threads,
  };
  return (
    <>
      <PageHead
        title={t('enquiries.title')}
        windowTitle={t('enquiries.title')}
        lead={t('enquiries.lead')}
      >
        <ButtonLink to={paths.takeEnquiry} look="main">
          {t('take.title')}
        </ButtonLink>
      </PageHead>
      <Views
        label={t('enquiries.views')}
        views={enquiryViews.map((each) => ({
          to: paths.enquiries(each),
          textKey: titles[each],
          count: countOf[each],
          isCurrent: each === view,
        }))}
      />
      <Rows key={view} view={view} />
    </>
  );
}

function Rows({ view }: { readonly view: EnquiryView }) {
  const { t } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.enquiries(view, after));
  return (
    <Answered question={question}>
      {(page) => (
        <>
          {page.rows.length === 0 ? (
            <Empty>{t('enquiries.empty')}</Empty>
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
  );
}

function Listed({ rows }: { readonly rows: readonly EnquiryRow[] }) {
  const { t, word } = useTexts();
  return (
    <Table
      caption={t('enquiries.title')}
      rows={rows}
      keyOf={(row) => row.enquiryId}
      columns={[
        {
          key: 'filed',
          head: t('enquiries.filed'),
          isHead: true,
          cell: (row) => (
            <Link to={paths.enquiry(row.enquiryId)}>
              <Moment at={row.filedAt} />
            </Link>
          ),
        },
        {
          key: 'state',
          head: t('state'),
          cell: (row) => <Badge tone={toneOf(row.state)}>{word('enquiryState', row.state)}</Badge>,
        },
        {
          key: 'step',
          head: t('ladder.short'),
          cell: (row) => word('ladder', String(row.ladderStep)),
        },
        {
          key: 'unread',
          head: t('enquiries.unreadColumn'),
          cell: (row) =>
            row.unread ? (
              <Badge tone="warm">{t('enquiries.words', { count: row.unread })}</Badge>
            ) : (
              '—'
            ),
        },
        { key: 'next', head: t('enquiries.next'), cell: (row) => <Day on={row.nextContactOn} /> },
        {
          key: 'how',
          head: t('enquiries.how'),
          cell: (row) => `${word('channel', row.channel)} · ${word('speaks', row.language)}`,
        },
      ]}
    />
  );
}

export function toneOf(state: string) {
  if (state === 'open') return 'good' as const;
  return state === 'submitted' || state === 'identity_proven'
    ? ('warm' as const)
    : ('calm' as const);
}
