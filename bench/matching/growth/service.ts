import type { Chance } from './random.ts';
import { Lottery } from './random.ts';
import type { Tongue } from './templates.ts';

interface UnitKind {
  readonly uk: readonly string[];
  readonly ru: readonly string[];
  readonly en: readonly string[];
}

/** Kinds of unit as the lists of the development registry name them; # is the number. */
const kinds: readonly UnitKind[] = [
  {
    uk: ['# омбр', '# ОМБр', '#-та окрема механізована бригада', '# ОМБр ЗСУ'],
    ru: ['# омбр', '# ОМБр', '#-я отд. механизированная бригада', '# омбр ВСУ'],
    en: ['# OMBR', '#th Separate Mechanized Brigade'],
  },
  {
    uk: ['# оабр', '# ОАБр', '#-та окрема артилерійська бригада', '# оабр ЗСУ'],
    ru: ['# оабр', '# ОАБр', '#-я отд. артиллерийская бригада', '# оабр ВСУ'],
    en: ['# OABR', '#th Separate Artillery Brigade'],
  },
  {
    uk: ['# одшбр', '# ОДШБр', '#-та окрема десантно-штурмова бригада', '# ОДШБр ЗСУ'],
    ru: ['# одшбр', '# ОДШБр', '#-я отд. десантно-штурмовая бригада', '# ОДШБр ВСУ'],
    en: ['# ODSHBR', '#th Air Assault Brigade'],
  },
  {
    uk: ['# обрмп', '# ОБрМП', '#-та окрема бригада морської піхоти', '# обрмп ЗСУ'],
    ru: ['# обрмп', '# ОБрМП', '#-я отд. бригада морской пехоты', '# ОБрМП ВСУ'],
    en: ['# OBRMP', '#th Separate Marine Brigade'],
  },
  {
    uk: ['# обр ТрО', '# бр ТрО', '#-та бригада територіальної оборони'],
    ru: ['# обр ТрО', '# бр ТрО', '#-я бригада территориальной обороны', '# бр ТрО ВСУ'],
    en: ['# OBR TRO', '# BR TRO', '#th Territorial Defence Brigade'],
  },
  {
    uk: ['# НГУ', '# бр НГУ', '#-та бригада Національної гвардії'],
    ru: ['# НГУ', '# бр НГУ', '#-я бригада Национальной гвардии', '# НГУ ВСУ'],
    en: ['# NHU', '# BR NHU', '#th National Guard Brigade'],
  },
  {
    uk: ['# прикз', '# ПЗ', '#-та прикордонний загін'],
    ru: ['# прикз', '# ПЗ', '#-я пограничный отряд', '# прикз ВСУ'],
    en: ['# PRYKZ', '# PZ', '#th Border Guard Detachment'],
  },
  {
    uk: ['# омпб', '# ОМПБ', '#-та окремий мотопіхотний батальйон'],
    ru: ['# омпб', '# ОМПБ', '#-я отдельный мотопехотный батальон', '# омпб ВСУ'],
    en: ['# OMPB', '#th Separate Motorised Infantry Battalion'],
  },
];

const plain = { uk: '# бригада', ru: '# бригада', en: '# brigade' };

const ranks = {
  uk: 'солдат,старший солдат,молодший сержант,сержант,старший сержант,матрос,головний сержант,старший лейтенант,капітан,лейтенант,майор,підполковник'.split(
    ',',
  ),
  ru: 'рядовой,старший солдат,младший сержант,сержант,старший сержант,матрос,главный сержант,старший лейтенант,капитан,лейтенант,майор,подполковник'.split(
    ',',
  ),
  en: 'Private,Senior Soldier,Junior Sergeant,Sergeant,Senior Sergeant,Seaman,Chief Sergeant,Senior Lieutenant,Captain,Lieutenant,Major,Lieutenant Colonel'.split(
    ',',
  ),
};
const rankLottery = new Lottery([1066, 867, 525, 405, 212, 159, 117, 115, 108, 97, 84, 40]);

export interface Service {
  readonly kind: number;
  readonly number: number;
  readonly field: number;
  readonly rank: number;
}

export function drawService(chance: Chance): Service {
  return {
    kind: chance.below(kinds.length),
    number: chance.comes(0.6) ? chance.between(1, 60) : chance.between(61, 130),
    field: chance.between(1000, 9999),
    rank: rankLottery.draw(chance),
  };
}

type Words = 'uk' | 'ru' | 'en';

/**
 * The unit as one list has it; sometimes with another number, another kind or only a field post
 * number.
 */
export function writtenUnit(service: Service, tongue: Tongue, chance: Chance): string {
  const words: Words = tongue === 'uk' || tongue === 'ru' ? tongue : 'en';
  if (chance.comes(0.08)) return `в/ч А${service.field}`;
  const number = chance.comes(0.09) ? chance.between(1, 130) : service.number;
  const kind = kinds[chance.comes(0.08) ? chance.below(kinds.length) : service.kind];
  const form = chance.comes(0.2) || !kind ? plain[words] : chance.of(kind[words]);
  return form.replace('#', String(number));
}

export function writtenRank(service: Service, tongue: Tongue, chance: Chance): string {
  const words: Words = tongue === 'uk' || tongue === 'ru' ? tongue : 'en';
  const at = chance.comes(0.12) ? rankLottery.draw(chance) : service.rank;
  return ranks[words][at] ?? '';
}
