import { useTexts } from '../texts.ts';

/** A grade with its words: the source and the statement. Users need not know what B2 means. */
export function useGradeWords(): (grade: string) => string {
  const { t, word } = useTexts();
  return (grade) => {
    const [speaker = '', content = ''] = grade;
    return t('grade.words', {
      grade,
      speaker: word('speaker', speaker),
      content: word('content', content),
    });
  };
}
