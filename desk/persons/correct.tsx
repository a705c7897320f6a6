import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { useAct } from '../api/act.ts';
import { asked } from '../api/asked.ts';
import { Refusal, send } from '../api/client.ts';
import type { PersonView } from '../api/shapes.ts';
import { Answered, RefusalNote } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { useTexts } from '../texts.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Note, PageHead } from '../ui/parts.tsx';
import { useSaying } from '../ui/saying.tsx';
import { CorrectionForm } from './correction-form.tsx';
import { bodyOf, type Draft, draftOf } from './draft.ts';
import { SettleForm } from './settle-form.tsx';

type RecordView = PersonView['records'][number];

/** Corrects the statements of one record. The old words are shown beside the new ones. */
export function CorrectPage() {
  const { t } = useTexts();
  const { personId = '', recordId = '' } = useParams();
  const [search] = useSearchParams();
  const enquiryId = search.get('enquiry');
  const question = useQuery(asked.person(personId, null, enquiryId));
  const back = paths.person(personId, enquiryId ?? undefined);
  return (
    <>
      <PageHead
        title={t('correct.title')}
        windowTitle={t('correct.title')}
        lead={t('correct.lead')}
      >
        <ButtonLink to={back}>{t('match.openPerson')}</ButtonLink>
      </PageHead>
      <Answered question={question}>
        {(person) => {
          const record = person.records.find((each) => each.recordId === recordId);
          return record ? (
            <Correcting key={recordId} record={record} back={back} />
          ) : (
            <Note tone="warm">{t('correct.gone')}</Note>
          );
        }}
      </Answered>
    </>
  );
}

/** The initial values of the fields, and the record that the correction will replace. */
interface Ground {
  readonly recordId: string;
  readonly base: Draft;
  readonly start: Draft;
}

function Correcting({ record, back }: { readonly record: RecordView; readonly back: string }) {
  const opened = draftOf(record.description);
  // Kept from the start: a colleague's correction that arrives meanwhile changes no field.
  const [ground, setGround] = useState<Ground>({
    recordId: record.recordId,
    base: opened,
    start: opened,
  });
  const newest = useNewest();
  const [meeting, setMeeting] = useState<{ mine: Draft; theirs: RecordView } | null>(null);
  const act = useCorrecting(ground.recordId, back, (mine, currentId) =>
    newest(currentId).then((theirs) => (theirs ? setMeeting({ mine, theirs }) : undefined)),
  );
  if (meeting) {
    const { mine, theirs } = meeting;
    const drafts = { base: ground.base, mine, theirs: draftOf(theirs.description) };
    return (
      <SettleForm
        drafts={drafts}
        onTake={(start) => {
          setGround({ recordId: theirs.recordId, base: drafts.theirs, start });
          setMeeting(null);
          act.clear();
        }}
      />
    );
  }
  return (
    <>
      <RefusalNote refusal={act.refusal?.isStale ? null : act.refusal} onReload={act.clear} />
      <CorrectionForm
        key={ground.recordId}
        base={ground.base}
        start={ground.start}
        isBusy={act.isBusy}
        onSend={(draft, reason) => act.run({ draft, reason })}
      />
    </>
  );
}

/** Loads the person again and finds the current record. */
function useNewest(): (recordId: string) => Promise<RecordView | undefined> {
  const client = useQueryClient();
  const { personId = '' } = useParams();
  const [search] = useSearchParams();
  return async (recordId) => {
    const question = asked.person(personId, null, search.get('enquiry'));
    const person = await client.fetchQuery({ ...question, staleTime: 0 });
    return person.records.find((each) => each.recordId === recordId);
  };
}

function useCorrecting(
  recordId: string,
  back: string,
  onStale: (mine: Draft, currentId: string) => Promise<void>,
) {
  const { t } = useTexts();
  const say = useSaying();
  const navigate = useNavigate();
  return useAct(
    async ({ draft, reason }: { draft: Draft; reason: string }, commandId) => {
      const path = `/api/records/${recordId}/correct`;
      const body = { description: bodyOf(draft), reason, commandId };
      try {
        return await send(path, body, { purpose: { kind: 'quality' } });
      } catch (error) {
        const current = error instanceof Refusal && error.isStale ? error.detail['current'] : null;
        if (typeof current === 'string') await onStale(draft, current);
        throw error;
      }
    },
    () => {
      say({ words: t('correct.done') });
      navigate(back);
    },
  );
}
