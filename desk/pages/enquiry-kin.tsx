import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { asked } from '../api/asked.ts';
import type { KinRow } from '../api/work-shapes.ts';
import { Unanswered } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Badge, MaskedName, Moment, Note } from '../ui/parts.tsx';

/** Other families that ask after the same person. The desk knows of them; they never know of each other. */
export function Relatives({ relatives }: { readonly relatives: readonly KinRow[] }) {
  const { t } = useTexts();
  if (relatives.length === 0) return null;
  return (
    <Note tone="warm">
      <p>{t('enquiry.others', { count: relatives.length })}</p>
      <ul className="log tight">
        {relatives.map((each) => (
          <li key={each.enquiryId}>
            <KinLink kin={each} />
          </li>
        ))}
      </ul>
      <p className="hint">{t('enquiry.apart')}</p>
    </Note>
  );
}

function KinLink({ kin }: { readonly kin: KinRow }) {
  const { t, word } = useTexts();
  return (
    <>
      <Link to={paths.enquiry(kin.enquiryId)}>
        {kin.kinship ? word('kinship', kin.kinship) : t('enquiry.someone')} ·{' '}
        <Moment at={kin.filedAt} />
      </Link>{' '}
      <Badge>{word('enquiryState', kin.state)}</Badge>
    </>
  );
}

/** Warns at entry that somebody may ask after this person already. Costs one search, entered in the log. */
export function Duplicates({ enquiryId }: { readonly enquiryId: string }) {
  const { t, percent } = useTexts();
  const question = useQuery(asked.duplicates(enquiryId));
  if (question.error && !question.data) {
    return <Unanswered error={question.error} onRetry={() => void question.refetch()} />;
  }
  if (!question.data) return <p className="hint">{t('duplicates.looking')}</p>;
  const { rows } = question.data;
  if (rows.length === 0) return <p className="hint">{t('duplicates.none')}</p>;
  return (
    <Note tone="warm">
      <p className="strong">{t('duplicates.title')}</p>
      <ul className="log tight">
        {rows.map((row) => (
          <li key={row.enquiryId} className="row">
            <MaskedName initials={row.initials} birthYear={row.birthYear} />
            <span className="hint">{percent(row.probability)}</span>
            <span>
              <KinLink kin={row} />
            </span>
          </li>
        ))}
      </ul>
      <p className="hint">{t('duplicates.hint')}</p>
    </Note>
  );
}
