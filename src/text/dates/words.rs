//! Words of dates in French, English, Arabic, Spanish, German, Portuguese, Italian, Dutch and Russian, lower case without accents: months, weekdays, zones, units.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::tz::Offset;

/// Names of each month; Arabic as in the Mashriq, in Morocco (غشت, شتنبر …) and in Algeria and Tunisia (جانفي …).
const MONTHS: [&str; 12] = [
    "jan january janv janvier enero ene januar janner januari janeiro gennaio января يناير جانفي",
    "feb febr february fev fevr fevrier febrero februar februari fevereiro febbraio февраля فبراير فيفري شباط",
    "mar march mars marzo marz mrz maart marco марта مارس اذار",
    "apr april avr avril abril abr aprile апреля ابريل افريل نيسان",
    "may mai mayo mei maio maggio мая مايو ماي ايار",
    "jun june juin junio juni junho giugno giu июня يونيو يونيه جوان حزيران",
    "jul july juil juillet julio juli julho luglio lug июля يوليو يوليه يوليوز جويليه تموز",
    "aug august aou aout agosto augustus ago августа اغسطس غشت اوت",
    "sep sept september septembre septiembre setiembre setembro settembre сентября سبتمبر شتنبر ايلول",
    "oct october octobre octubre oktober okt outubro ottobre ott октября اكتوبر",
    "nov november novembre noviembre novembro ноября نوفمبر نونبر",
    "dec december decembre diciembre dic dezember dez dezembro dicembre декабря ديسمبر دجنبر",
];

const WEEKDAYS: &str = "mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun \
    sunday lun lundi mar mardi mer mercredi jeu jeudi ven vendredi sam samedi dim dimanche lunes martes miercoles jueves \
    viernes sabado domingo mie jue vie sab dom montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag segunda terca quarta quinta sexta domingo feira lunedi martedi mercoledi giovedi venerdi sabato mo di mi do fr \
    sa so الاثنين الاثنان الثلاثاء الاربعاء الخميس الجمعه السبت الاحد اثنين ثلاثاء اربعاء خميس جمعه سبت احد";

/// Words that stand in dates and say nothing.
const FILLERS: &str = "le la l a at on the of de du el er st nd rd th eme e et and um publie publiee poste postee paru parue \
    mis mise jour modifie modifiee ecrit envoye posted published updated written date datee last edited on am vom den uhr veroffentlicht erstellt stand aktualisiert erschienen publicado \
    في يوم بتاريخ نشر \
    الساعه تاريخ و علي";

/// Zones that names stand for without doubt, in minutes from UTC.
const ZONES: [(&str, i64); 37] = [
    ("z", 0),
    ("gmt", 0),
    ("ut", 0),
    ("utc", 0),
    ("wet", 0),
    ("west", 60),
    ("bst", 60),
    ("cet", 60),
    ("met", 60),
    ("mez", 60),
    ("cest", 120),
    ("mest", 120),
    ("mesz", 120),
    ("eet", 120),
    ("sast", 120),
    ("eest", 180),
    ("msk", 180),
    ("trt", 180),
    ("jst", 540),
    ("kst", 540),
    ("aest", 600),
    ("aedt", 660),
    ("nzst", 720),
    ("nzdt", 780),
    ("art", -180),
    ("brt", -180),
    ("adt", -180),
    ("edt", -240),
    ("est", -300),
    ("cdt", -300),
    ("cst", -360),
    ("mdt", -360),
    ("mst", -420),
    ("pdt", -420),
    ("pst", -480),
    ("akst", -540),
    ("hst", -600),
];

/// A span of time that relative dates count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// Names of the units, and of two of each where Arabic has a word for that.
const UNITS: [(Unit, &str, &str); 7] = [
    (Unit::Second, "s sec secs second seconds seconde secondes segundo segundos ثانيه ثواني ثوان", "ثانيتين"),
    (Unit::Minute, "min mins mn minute minutes minuto minutos دقيقه دقائق", "دقيقتين"),
    (Unit::Hour, "h hr hrs hour hours heure heures hora horas ساعه ساعات", "ساعتين"),
    (Unit::Day, "d j day days jour jours dia dias يوم ايام يوما", "يومين"),
    (Unit::Week, "w sem week weeks semaine semaines semana semanas اسبوع اسابيع", "اسبوعين"),
    (Unit::Month, "month months mois mes meses شهر اشهر شهور", "شهرين"),
    (Unit::Year, "y yr yrs year years an ans annee annees ano anos سنه سنوات عام اعوام", "سنتين عامين"),
];

/// What a word means in a date; a word may be several of these.
#[derive(Debug, Clone, Copy, Default)]
struct Meaning {
    month: Option<i64>,
    weekday: bool,
    filler: bool,
    unit: Option<(Unit, Option<i64>)>,
}

static MEANINGS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut meanings: HashMap<&str, Meaning> = HashMap::new();
    for (names, month) in MONTHS.iter().zip(1..) {
        for name in names.split_ascii_whitespace() {
            meanings.entry(name).or_default().month.get_or_insert(month);
        }
    }
    WEEKDAYS.split_ascii_whitespace().for_each(|name| meanings.entry(name).or_default().weekday = true);
    FILLERS.split_ascii_whitespace().for_each(|name| meanings.entry(name).or_default().filler = true);
    for (unit, one, two) in UNITS {
        for (names, implied) in [(one, None), (two, Some(2))] {
            for name in names.split_ascii_whitespace() {
                meanings.entry(name).or_default().unit.get_or_insert((unit, implied));
            }
        }
    }
    meanings
});

/// Bytes of the longest word that has a meaning.
const LONGEST: usize = 24;

fn meaning(word: &str) -> Meaning {
    if word.len() > LONGEST { Meaning::default() } else { MEANINGS.get(word).copied().unwrap_or_default() }
}

/// The month of that name, 1..12.
pub fn month(word: &str) -> Option<i64> {
    meaning(word).month
}

pub fn is_weekday(word: &str) -> bool {
    meaning(word).weekday
}

pub fn is_filler(word: &str) -> bool {
    meaning(word).filler
}

/// Half of the day that a word means: 0 before noon, 12 after.
pub fn half(word: &str) -> Option<i64> {
    match word {
        "am" | "ص" | "صباحا" | "صباح" => Some(0),
        "pm" | "م" | "مساء" | "مساءا" | "ظهرا" | "ليلا" => Some(12),
        _ => None,
    }
}

/// Months of two words, as the Levant has them, and the same in one.
pub const TWO_WORDS: [(&str, &str); 4] =
    [("تشرين الاول", "اكتوبر"), ("تشرين الثاني", "نوفمبر"), ("كانون الاول", "ديسمبر"), ("كانون الثاني", "يناير")];

/// The offset of a zone's name.
pub fn zone(name: &str) -> Option<Offset> {
    let minutes = ZONES.iter().find(|(known, _)| *known == name)?.1;
    super::offset(minutes / 60, minutes % 60)
}

/// The unit of that name, and how many of it the name alone means.
pub fn unit(word: &str) -> Option<(Unit, Option<i64>)> {
    meaning(word).unit
}

/// Days back that a word means: today 0, yesterday 1, the day before 2.
pub fn days_back(word: &str) -> Option<i64> {
    match word {
        "aujourd'hui" | "today" | "hoy" | "اليوم" => Some(0),
        "hier" | "yesterday" | "ayer" | "امس" | "بالامس" | "البارحه" => Some(1),
        "avant-hier" => Some(2),
        _ => None,
    }
}
