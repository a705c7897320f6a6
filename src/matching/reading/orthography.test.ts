import { describe, expect, it } from 'vitest';
import { noOrthographies, orthographiesOf } from './orthography.ts';
import { wordsOf } from './script.ts';
import { soundOf } from './sound.ts';
import { readWord, wordLikeness } from './words.ts';

/** Likeness of the first words of two names, each read in the orthographies of its whole name. */
function likenessOf(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => {
    const words = wordsOf(text);
    return readWord(words[0] ?? '', orthographiesOf(words));
  });
  return left && right ? wordLikeness(left, right) : 0;
}

describe('the orthography of a name', () => {
  it.each([
    ['Kovács Gyöngyi', 'hungarian'],
    ['Məmmədov Elçin', 'azerbaijani'],
    ['Țurcanu Ion', 'romanian'],
    ['Wójcik Michał', 'polish'],
    ['Muñoz Ana', 'spanish'],
    ['Araújo João', 'portuguese'],
    ['Yıldırım Oğuz', 'turkish'],
    ['Öztürk Gül', 'turkish'],
    ['Müller Hartmann', 'german'],
    ['Groß Peter', 'german'],
    ['Lefèvre Hélène', 'french'],
  ])('of %s is %s', (name, orthography) => {
    expect(orthographiesOf(wordsOf(name)).sure).toBe(orthography);
  });

  it.each([
    ['Kovacs Sandor', 'hungarian'],
    ['Axundov Qabil', 'azerbaijani'],
    ['Xolmatov Jasur', 'uzbek'],
    ['Ribeiro Carvalho', 'portuguese'],
    ['Rodriguez Juan', 'spanish'],
    ['Popescu Ion', 'romanian'],
    ['Schreiber Klaus', 'german'],
    ['Moreau Gilles', 'french'],
    ['Hughes Mitchell', 'english'],
    ['Zhang Xiaoming', 'pinyin'],
  ])('of %s, without marks, may be %s', (name, orthography) => {
    const { sure, maybe } = orthographiesOf(wordsOf(name));
    expect([sure, ...maybe]).toContain(orthography);
  });

  it('is not looked for in Cyrillic, nor taken from a slip beside a Slavic family', () => {
    expect(orthographiesOf(wordsOf('Сидоренко Олексій'))).toBe(noOrthographies);
    expect(orthographiesOf(wordsOf('SIDORENKO ALEXEY ANDREEVIÇ')).sure).toBeNull();
  });
});

describe('a name in its own orthography and in Cyrillic', () => {
  it.each([
    ['Gvozdeckij', 'Гвоздецький'],
    ['Kuznecov', 'Кузнецов'],
    ['Bilecki', 'Білецький'],
    ['Fedjuk', 'Федюк'],
    ['Djačenko', 'Дяченко'],
    ['Macron', 'Макрон'],
    ['McDonald', 'Макдональд'],
    ['Szabó', 'Сабо'],
    ['Kovács', 'Ковач'],
    ['Nagy Gyöngyi', 'Надь'],
    ['Zsigmond Csaba', 'Жигмонд'],
    ['Kertész Ányos', 'Кертес'],
    ['Məmmədov', 'Мамедов'],
    ['Hüseynov Qasım', 'Гусейнов'],
    ['Cəfərov', 'Джафаров'],
    ['Axundov Qabil', 'Ахундов'],
    ['Xolmatov', 'Холматов'],
    ['Gʻofurov', 'Гофуров'],
    ['Gʼofurov', 'Гофуров'],
    ['G‘ofurov', 'Гофуров'],
    ['Țurcanu', 'Цуркану'],
    ['Ciobanu Gheorghița', 'Чобану'],
    ['Cebotari Viorica Țurcan', 'Чеботари'],
    ['Rodríguez Muñoz', 'Родригес'],
    ['Jiménez Peña', 'Хименес'],
    ['Castillo Nuñez', 'Кастильо'],
    ['Hernández Ñañez', 'Эрнандес'],
    ['Carvalho João', 'Карвальо'],
    ['Magalhães', 'Магальяйс'],
    ['Çelik Yıldırım', 'Челик'],
    ['Schreiber Weiß', 'Шрайбер'],
    ['Groß', 'Гросс'],
    ['Zimmermann Groß', 'Циммерманн'],
    ['Renault', 'Рено'],
    ['Moreau Hélène', 'Моро'],
    ['Dubois', 'Дюбуа'],
    ['Gilles Moreau', 'Жиль'],
    ['Baker', 'Бейкер'],
    ['Cooper', 'Купер'],
    ['Jones Harry', 'Джонс'],
    ['Zhang Wei', 'Чжан'],
    ['Xu Haitao', 'Сюй'],
    ['Đorđević', 'Джорджевич'],
    ['Øvergård', 'Овергард'],
  ])('%s is %s', (own, cyrillic) => {
    expect(likenessOf(own, cyrillic)).toBeGreaterThan(0.87);
  });

  it.each([
    ['Kovalenko Sergii', 'Коваленко'],
    ['Shcherbak', 'Щербак'],
    ['Alexandrov', 'Александров'],
    ['Chtcherbak', 'Щербак'],
    ['Zhuravlov', 'Журавльов'],
  ])('%s is %s still', (own, cyrillic) => {
    expect(likenessOf(own, cyrillic)).toBeGreaterThan(0.95);
  });

  it.each([
    ['სურენ', 'Сурен'],
    ['Ջամալյան', 'Джамалян'],
    ['Սուրեն', 'Сурен'],
    ['ჯანაშია', 'Джанашия'],
  ])('%s is %s', (own, cyrillic) => {
    expect(soundOf(own.toLowerCase())).toBe(soundOf(cyrillic.toLowerCase()));
  });
});
