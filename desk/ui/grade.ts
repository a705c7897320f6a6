import { useTexts } from '../texts.ts';

/** A grade with its words: who says it, and what is said. Nobody has to know what B2 means. */
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
