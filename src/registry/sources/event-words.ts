/** Words for events in lists, in three languages; the first match counts. */
const table: readonly (readonly [string, RegExp])[] = [
  [
    'confirmed_dead',
    /смерть підтвердж|смерть подтвержд|death confirmed|confirmed dead|confirmed death/u,
  ],
  ['identified', /ідентифікован|идентифицирован|identified/u],
  ['reported_dead', /загин|помер|погиб|умер|мертв|(?:^|\D)200(?:\D|$)|died|dead|killed|deceased/u],
  ['exchanged', /обмін|обмен|exchang/u],
  ['repatriated', /репатр|repatriat/u],
  ['released', /звільнен|освобожд|відпущен|отпущен|releas|freed/u],
  ['escaped', /втік|втеч|бежал|сбежал|побег|escap/u],
  ['visited', /відвідан|посещ|visited/u],
  ['confirmed', /підтвердж|подтвержд|confirm/u],
  [
    'proof_of_life',
    /доказ життя|доказательств.? жизни|живий|жив(?:ой|ая|а)?$|телефонував|звонил|alive|proof of life|called/u,
  ],
  ['notified', /повідомлен|уведомл|извещ|notif/u],
  ['witnessed', /свідчен|свидетельств|зі слів|со слов|witness|testif/u],
  ['seen', /бачили|видели|відео|видео|фото|video|photo|seen/u],
  ['listed', /у списк|в списк|в перелік|listed|on (?:the )?list/u],
  ['reported_held', /полон|плен|утриму|содерж|захоп|captiv|held|prison|pow|detain/u],
];

/** Negations: "not confirmed" is not a confirmation. */
const denial =
  /(?:^|\s)(?:не|ні|нет|not|no|без)\s|непідтв|неподтв|невідом|неизвестн|unconfirmed|unknown/u;

/** The event that a cell states; null if its words are unknown or negated. */
export function readEventWords(text: string): string | null {
  const words = text.slice(0, 200).toLowerCase().replace(/\s+/gu, ' ').trim();
  if (denial.test(words)) return null;
  return table.find(([, shape]) => shape.test(words))?.[0] ?? null;
}
