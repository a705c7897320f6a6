import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { asked } from '../api/asked.ts';
import type { Masked, MatchRow } from '../api/shapes.ts';
import { Answered } from '../forms/refusal.tsx';
import { type MatchQueue, matchQueues, paths, readChoice } from '../paths.ts';
import { type TextKey, useTexts } from '../texts.ts';
import { Badge, Empty, MaskedName, Moment, More, PageHead } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Views } from '../ui/views.tsx';

const titles: Readonly<Record<MatchQueue, TextKey>> = {
  proposed: 'matches.proposed',
  awaiting_second: 'matches.second',
  unsure: 'matches.unsure',
};

/** Pairs that the matcher proposes, masked until opened. */
export function MatchesPage() {
  const { t } = useTexts();
  const [search] = useSearchParams();
  const queue = readChoice(search.get('queue'), matchQueues);
  const counts = useQuery(asked.queues()).data?.counts;
  return (
    <>
      <PageHead
        title={t(titles[queue])}
        windowTitle={t(titles[queue])}
        lead={t('matches.lead')}
        key={queue}
      />
      <Views
        label={t('matches.views')}
        views={matchQueues.map((each) => ({
          to: paths.matches(each),
          textKey: titles[each],
          isCurrent: each === queue,
          count:
            each === 'proposed'
              ? counts?.matches
              : each === 'awaiting_second'
                ? counts?.awaitingSecond
                : undefined,
        }))}
      />
      <Rows key={`rows-${queue}`} queue={queue} />
    </>
  );
}

function Rows({ queue }: { readonly queue: MatchQueue }) {
  const { t } = useTexts();
  const [after, setAfter] = useState<string | null>(null);
  const question = useQuery(asked.matches(queue, after));
  return (
    <Answered question={question}>
      {(page) => (
        <>
          {page.rows.length === 0 ? (
            <Empty>{t(queue === 'proposed' ? 'matches.empty' : 'matches.emptyOther')}</Empty>
          ) : (
            <Listed rows={page.rows} queue={queue} />
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

function Listed({
  rows,
  queue,
}: {
  readonly rows: readonly MatchRow[];
  readonly queue: MatchQueue;
}) {
  const { t, word } = useTexts();
  return (
    <Table
      caption={t(titles[queue])}
      rows={rows}
      keyOf={(row) => row.matchId}
      columns={[
        {
          key: 'pair',
          head: t('matches.pair'),
          isHead: true,
          cell: (row) => (
            <Link to={paths.match(row.matchId, queue)} className="pair">
              <Half masked={row.left} />
              <span aria-hidden="true" className="between">
                ↔
              </span>
              <Half masked={row.right} />
            </Link>
          ),
        },
        {
          key: 'band',
          head: t('matches.band'),
          cell: (row) => <BandBadge band={row.band} />,
        },
        {
          key: 'sources',
          head: t('matches.sources'),
          cell: (row) => word('facet', row.facet),
        },
        { key: 'at', head: t('matches.at'), cell: (row) => <Moment at={row.proposedAt} /> },
        ...(queue === 'proposed'
          ? []
          : [
              {
                key: 'by',
                head: t('matches.judgedBy'),
                cell: (row: MatchRow) => (
                  <>
                    {row.answer ? word('answer', row.answer) : null} ·{' '}
                    {t(row.judgedBy?.me ? 'matches.byMe' : 'matches.byOther')}
                  </>
                ),
              },
            ]),
      ]}
    />
  );
}

function Half({ masked }: { readonly masked: Masked | null }) {
  return <MaskedName initials={masked?.initials ?? ''} birthYear={masked?.birthYear ?? null} />;
}

export function BandBadge({ band }: { readonly band: string }) {
  const { word } = useTexts();
  return (
    <Badge tone={band === 'probable' ? 'good' : band === 'possible' ? 'warm' : 'calm'}>
      {word('band', band)}
    </Badge>
  );
}
