import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { send } from '../api/client.ts';
import type { PurposeKind, SearchAnswer } from '../api/shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { BandBadge } from '../matches/matches.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, TextBox, useOptions } from '../ui/field.tsx';
import { Empty, MaskedName, PageHead, Panel } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';

const purposes = ['tracing', 'verification'] as const satisfies readonly PurposeKind[];

interface Sought {
  readonly name: string;
  readonly birth: string;
  readonly enquiryId: string;
  readonly purpose: PurposeKind;
}

/** A deliberate search for a person: for one enquiry, with a reason, masked until opened. */
export function SearchPage() {
  const { t } = useTexts();
  const [search] = useSearchParams();
  const enquiryId = search.get('enquiry') ?? '';
  const [brought] = useState(useBrought(enquiryId));
  const [sought, setSought] = useState<Sought>({ ...brought, enquiryId, purpose: 'tracing' });
  const change = (next: Sought) => {
    // Values from one enquiry are not used in a search for another, which would be logged for it.
    const isLeft =
      next.enquiryId !== sought.enquiryId && brought.name && next.name === brought.name;
    setSought(isLeft ? { ...next, name: '', birth: '' } : next);
  };
  const [found, setFound] = useState<SearchAnswer | null>(null);
  const act = useAct(
    ({ purpose, enquiryId, name, birth }: Sought) =>
      send<SearchAnswer>(
        '/api/search',
        { name, ...(birth ? { birth } : {}) },
        { purpose: { kind: purpose, enquiryId } },
      ),
    setFound,
  );
  return (
    <>
      <PageHead title={t('search.title')} windowTitle={t('search.title')} lead={t('search.lead')} />
      <SearchForm
        sought={sought}
        onChange={change}
        isBusy={act.isBusy}
        onSend={() => act.run(sought)}
      />
      <RefusalNote refusal={act.refusal} />
      <div aria-live="polite">
        {found ? <Found found={found} enquiryId={sought.enquiryId} /> : null}
      </div>
    </>
  );
}

/**
 * The sought person, if the search was started on an open enquiry page. The values are passed in
 * memory only: an address or the browser's history would keep the name, and a new query would open
 * the file unasked.
 */
function useBrought(enquiryId: string): Pick<Sought, 'name' | 'birth'> {
  const { queryKey } = asked.enquiry(enquiryId);
  const sought = useQueryClient().getQueryData(queryKey)?.sought;
  return { name: sought?.names[0]?.full ?? '', birth: sought?.birth?.raw ?? '' };
}

function SearchForm({
  sought,
  onChange,
  onSend,
  isBusy,
}: {
  readonly sought: Sought;
  readonly onChange: (sought: Sought) => void;
  readonly onSend: () => void;
  readonly isBusy: boolean;
}) {
  const { t } = useTexts();
  const change = (part: Partial<Sought>) => onChange({ ...sought, ...part });
  return (
    <Panel title={t('search.form')}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
      >
        <div className="grid">
          <Choice
            label={t('search.purpose')}
            value={sought.purpose}
            onChange={(value) =>
              change({ purpose: purposes.find((each) => each === value) ?? 'tracing' })
            }
            options={useOptions('purpose', purposes)}
          />
          <EnquiryChoice
            enquiryId={sought.enquiryId}
            onChoose={(enquiryId) => change({ enquiryId })}
          />
        </div>
        <div className="grid">
          <TextBox
            label={t('search.name')}
            hint={t('search.nameHint')}
            value={sought.name}
            onChange={(name) => change({ name })}
            isRequired
          />
          <TextBox
            label={t('search.birth')}
            hint={t('date.hint')}
            value={sought.birth}
            onChange={(birth) => change({ birth })}
          />
        </div>
        <Button
          look="main"
          type="submit"
          isDisabled={isBusy || sought.name.trim() === '' || sought.enquiryId === ''}
        >
          {t(isBusy ? 'loading' : 'search.send')}
        </Button>
      </form>
    </Panel>
  );
}

function EnquiryChoice({
  enquiryId,
  onChoose,
}: {
  readonly enquiryId: string;
  readonly onChoose: (enquiryId: string) => void;
}) {
  const { t, moment, word } = useTexts();
  const rows = useQuery(asked.enquiries('open', null)).data?.rows ?? [];
  const isListed = enquiryId === '' || rows.some((row) => row.enquiryId === enquiryId);
  const listed = rows.map((row) => ({
    value: row.enquiryId,
    label: [row.enquiryId.slice(0, 8), moment(row.filedAt), word('enquiryState', row.state)].join(
      ' · ',
    ),
  }));
  const own = isListed ? [] : [{ value: enquiryId, label: enquiryId.slice(0, 8) }];
  return (
    <Choice
      label={t('search.enquiry')}
      hint={t('search.enquiryHint')}
      value={enquiryId}
      onChange={onChoose}
      options={[{ value: '', label: t('choose') }, ...own, ...listed]}
    />
  );
}

function Found({ found, enquiryId }: { readonly found: SearchAnswer; readonly enquiryId: string }) {
  const { t, word } = useTexts();
  return (
    <Panel
      title={t('search.found', { count: found.rows.length })}
      aside={
        found.left === undefined ? null : (
          <span className="hint">{t('search.left', { count: found.left })}</span>
        )
      }
    >
      {found.rows.length === 0 ? (
        <Empty>{t('search.empty')}</Empty>
      ) : (
        <Table
          caption={t('search.title')}
          rows={found.rows}
          keyOf={(row) => row.recordId}
          columns={[
            {
              key: 'who',
              head: t('masked.who'),
              isHead: true,
              cell: (row) => (
                <Link to={paths.person(row.personId, enquiryId)}>
                  <MaskedName {...row} />
                </Link>
              ),
            },
            { key: 'side', head: t('source'), cell: (row) => word('side', row.side) },
            {
              key: 'band',
              head: t('search.probability'),
              cell: (row) => <BandBadge band={row.band} />,
            },
          ]}
        />
      )}
    </Panel>
  );
}
