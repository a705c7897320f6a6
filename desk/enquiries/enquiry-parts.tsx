import type { ReactNode } from 'react';
import { useState } from 'react';
import { headersOf, Refusal } from '../api/client.ts';
import type { EnquiryView } from '../api/work-shapes.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Moment, Panel } from '../ui/parts.tsx';

/** The thread between this family and the desk; other relatives have their own. */
export function Talk({
  enquiry,
  children,
}: {
  readonly enquiry: EnquiryView;
  readonly children: ReactNode;
}) {
  const { t } = useTexts();
  return (
    <Panel title={t('thread.title')}>
      {enquiry.thread.length === 0 ? <Empty>{t('thread.empty')}</Empty> : null}
      <ol className="talk">
        {enquiry.thread.map((entry) => (
          <li key={`${entry.at}-${entry.by}`} className={entry.by}>
            <small>
              {t(entry.by === 'family' ? 'thread.family' : 'thread.desk')} ·{' '}
              <Moment at={entry.at} />
            </small>
            <p className="lines" dir="auto">
              {entry.text ?? t('thread.sealed')}
            </p>
          </li>
        ))}
      </ol>
      {children}
    </Panel>
  );
}

/** Documents that the family sent. They are opened one by one, and each opening is logged. */
export function Papers({ enquiry }: { readonly enquiry: EnquiryView }) {
  const { t, word, number } = useTexts();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const open = (paperId: string) => {
    setRefusal(null);
    openPaper(enquiry.enquiryId, paperId).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
    });
  };
  return (
    <Panel title={t('papers.title')}>
      <RefusalNote refusal={refusal} />
      {enquiry.papers.length === 0 ? <Empty>{t('papers.empty')}</Empty> : null}
      <ul className="log">
        {enquiry.papers.map((paper) => (
          <li key={paper.paperId} className="row">
            <span>
              <strong>{word('paper', paper.kind)}</strong>{' '}
              <span className="hint">
                {paper.format} · {t('papers.size', { size: number(Math.ceil(paper.size / 1024)) })}{' '}
                · <Moment at={paper.at} />
              </span>
            </span>
            <Button onPress={() => open(paper.paperId)}>{t('papers.open')}</Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/**
 * Fetched with its purpose, so it cannot be a plain link; the browser keeps it for this window
 * only.
 */
async function openPaper(enquiryId: string, paperId: string): Promise<void> {
  const response = await fetch(`/api/enquiries/${enquiryId}/papers/${paperId}`, {
    headers: headersOf({ purpose: { kind: 'verification', enquiryId } }),
    cache: 'no-store',
  }).catch(() => {
    throw new Refusal('network.away', 0);
  });
  if (!response.ok) throw new Refusal('enquiry.not_found', response.status);
  const address = URL.createObjectURL(await response.blob());
  window.open(address, '_blank', 'noopener');
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
