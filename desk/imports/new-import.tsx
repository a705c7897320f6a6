import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DropZone, FileTrigger, Text } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { asked } from '../api/asked.ts';
import { Refusal } from '../api/client.ts';
import { upload } from '../api/upload.ts';
import { RefusalNote } from '../forms/refusal.tsx';
import { paths } from '../paths.ts';
import { GradeChoices, isGraded, notGraded } from '../persons/event-form.tsx';
import { useTexts } from '../texts.ts';
import { Button } from '../ui/button.tsx';
import { Choice, Choices, TextBox, useOptions } from '../ui/field.tsx';
import { PageHead, Panel } from '../ui/parts.tsx';
import { Progress } from '../ui/progress.tsx';

const kinds = ['official_list', 'unofficial_list', 'card', 'testimony', 'media', 'visit'] as const;
const newSender = 'new';

// The kind of list, its subjects and its grade are judgements: a person makes them.
const blank = {
  kind: '',
  grade: notGraded,
  side: '',
  senderId: newSender,
  senderLabel: '',
  asOf: '',
  language: '',
};
type About = Readonly<typeof blank>;

/** Sending the file: the progress, and the reason of a refusal. */
function useUpload() {
  const navigate = useNavigate();
  const [share, setShare] = useState<number | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const run = (file: File, about: About) => {
    setRefusal(null);
    setShare(0);
    const { senderId, senderLabel, grade, ...rest } = about;
    const reliability = `${grade.speaker}${grade.content}`;
    const sender = senderId === newSender ? { senderLabel } : { senderId };
    upload<{ readonly importId: string }>(
      '/api/imports',
      { ...rest, ...sender, reliability, file },
      setShare,
    ).then(
      ({ importId }) => navigate(paths.import(importId)),
      (error: unknown) => {
        setShare(null);
        if (!(error instanceof Refusal)) throw error;
        setRefusal(error);
      },
    );
  };
  return { share, refusal, run };
}

/** Importing a list: the file, its sender, its date, and its grade. */
export function NewImportPage() {
  const { t } = useTexts();
  const [file, setFile] = useState<File | null>(null);
  const [about, setAbout] = useState<About>(blank);
  const sending = useUpload();
  const hasSender = about.senderId !== newSender || about.senderLabel.trim() !== '';
  const isWhole = file && hasSender && about.kind && about.side && isGraded(about.grade);
  return (
    <>
      <PageHead title={t('imports.new')} windowTitle={t('imports.new')} lead={t('upload.lead')} />
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (file) sending.run(file, about);
        }}
      >
        <Panel title={t('upload.file')}>
          <FilePlace file={file} onChoose={setFile} />
        </Panel>
        <Panel title={t('upload.about')}>
          <AboutList about={about} onChange={setAbout} />
        </Panel>
        <RefusalNote refusal={sending.refusal} />
        {sending.share === null ? null : (
          <Progress label={t('upload.sending')} share={sending.share} />
        )}
        <Button look="main" type="submit" isDisabled={sending.share !== null || !isWhole}>
          {t('upload.send')}
        </Button>
      </form>
    </>
  );
}

function AboutList({
  about,
  onChange,
}: {
  readonly about: About;
  readonly onChange: (about: About) => void;
}) {
  const { t } = useTexts();
  const set = (name: Exclude<keyof About, 'grade'>) => (value: string) =>
    onChange({ ...about, [name]: value });
  return (
    <>
      <SenderChoice
        senderId={about.senderId}
        label={about.senderLabel}
        onId={set('senderId')}
        onLabel={set('senderLabel')}
      />
      <div className="grid">
        <Choice
          label={t('source.kind')}
          value={about.kind}
          onChange={set('kind')}
          options={useOptions('sourceKind', kinds, 'choose')}
          isRequired
        />
        <TextBox
          label={t('source.asOf')}
          hint={t('upload.asOfHint')}
          type="date"
          value={about.asOf}
          onChange={set('asOf')}
        />
      </div>
      <GradeChoices grade={about.grade} onChange={(grade) => onChange({ ...about, grade })} />
      <Choice
        label={t('upload.language')}
        value={about.language}
        onChange={set('language')}
        options={useOptions('speaks', ['uk', 'ru', 'en'], 'notStated')}
      />
      <Choices
        label={t('upload.side')}
        value={about.side}
        onChange={set('side')}
        options={useOptions('listed', ['held', 'sought', 'spoken_of'])}
        isRequired
      />
    </>
  );
}

function FilePlace({
  file,
  onChoose,
}: {
  readonly file: File | null;
  readonly onChoose: (file: File | null) => void;
}) {
  const { t, number } = useTexts();
  return (
    <DropZone
      className="drop"
      onDrop={(event) => {
        const [item] = event.items;
        if (item?.kind === 'file') void item.getFile().then(onChoose);
      }}
    >
      <Text slot="label">{t('upload.drop')}</Text>
      <FileTrigger
        acceptedFileTypes={['.csv', '.tsv', '.txt', '.xlsx', '.ndjson', '.jsonl']}
        onSelect={(files) => onChoose(files?.item(0) ?? null)}
      >
        <Button>{t('upload.choose')}</Button>
      </FileTrigger>
      <p role="status" aria-live="polite">
        {file ? (
          <>
            <bdi className="strong">{file.name}</bdi> ·{' '}
            {t('papers.size', { size: number(Math.ceil(file.size / 1024)) })}
          </>
        ) : (
          <span className="hint">{t('upload.formats')}</span>
        )}
      </p>
    </DropZone>
  );
}

function SenderChoice({
  senderId,
  label,
  onId,
  onLabel,
}: {
  readonly senderId: string;
  readonly label: string;
  readonly onId: (value: string) => void;
  readonly onLabel: (value: string) => void;
}) {
  const { t } = useTexts();
  const { data } = useQuery(asked.senders());
  const senders = data === undefined ? [] : 'rows' in data ? data.rows : data;
  return (
    <div className="grid">
      <Choice
        label={t('imports.sender')}
        hint={t('upload.senderHint')}
        value={senderId}
        onChange={onId}
        options={[
          { value: newSender, label: t('upload.newSender') },
          ...senders.map((sender) => ({ value: sender.senderId, label: sender.label })),
        ]}
      />
      {senderId === newSender ? (
        <TextBox
          label={t('upload.senderLabel')}
          hint={t('upload.senderLabelHint')}
          value={label}
          onChange={onLabel}
          isRequired
        />
      ) : null}
    </div>
  );
}
