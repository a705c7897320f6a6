import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { asked } from '../api/asked.ts';
import type { Dispute, KinView } from '../api/work-shapes.ts';
import { Unanswered } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { Moment, Note } from '../ui/parts.tsx';

/**
 * What the author and the approver of a notice must know about the relatives: a dispute, and who is
 * told first. Both see the same words.
 */
export function KinWarning({ enquiryId }: { readonly enquiryId: string }) {
  const { t } = useTexts();
  const question = useQuery(asked.kin(enquiryId));
  if (question.error && !question.data) {
    return <Unanswered error={question.error} onRetry={() => void question.refetch()} />;
  }
  if (!question.data) return <p className="hint">{t('kin.looking')}</p>;
  return <Warning kin={question.data} />;
}

/** True if another relative is to be told first, so that a reason is required. */
export function isOtherFirst(kin: KinView | undefined): boolean {
  const standing = kin?.primaries.filter((each) => each.standing) ?? [];
  return standing.length > 0 && standing.every((each) => each.enquiryId !== kin?.enquiryId);
}

function Warning({ kin }: { readonly kin: KinView }) {
  const { t } = useTexts();
  const disputes = kin.disputes.filter((each) => each.closedAt === null);
  const standing = kin.primaries.filter((each) => each.standing);
  const isAlone = kin.relatives.length < 2;
  return (
    <>
      {disputes.length > 0 ? (
        <Note tone="bad">
          {disputes.map((dispute) => (
            <DisputeLine key={dispute.disputeId} dispute={dispute} />
          ))}
          <p>{t('kin.warnDecide')}</p>
        </Note>
      ) : null}
      {isAlone ? null : (
        <Note tone={standing.length === 1 && !isOtherFirst(kin) ? 'good' : 'warm'}>
          <First kin={kin} />
          <p className="hint">{t('kin.never')}</p>
        </Note>
      )}
    </>
  );
}

function DisputeLine({ dispute }: { readonly dispute: Dispute }) {
  const { t, word } = useTexts();
  return (
    <>
      <p className="strong">
        {t('kin.warnDispute', { reason: word('disputeReason', dispute.reason) })}
      </p>
      {dispute.note ? (
        <p className="lines" dir="auto">
          {dispute.note}
        </p>
      ) : null}
    </>
  );
}

function First({ kin }: { readonly kin: KinView }) {
  const { t, word } = useTexts();
  const [first, ...more] = kin.primaries.filter((each) => each.standing);
  if (!first) return <p className="strong">{t('kin.warnNobody')}</p>;
  if (more.length > 0) return <p className="strong">{t('kin.warnSeveral')}</p>;
  const kinship = first.kinship ? word('kinship', first.kinship) : t('enquiry.someone');
  const isThis = first.enquiryId === kin.enquiryId;
  return (
    <>
      <p className="strong">
        {isThis ? t('kin.isPrimary') : t('kin.warnPrimary', { kinship })}{' '}
        {isThis ? null : <Link to={paths.enquiry(first.enquiryId)}>{t('notice.toEnquiry')}</Link>}
      </p>
      <p className="hint">
        {t('kin.because', { reason: word('primaryReason', first.reason), by: first.by ?? '—' })} ·{' '}
        <Moment at={first.at} />
      </p>
    </>
  );
}
