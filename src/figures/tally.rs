//! Counts mentions by brand and day, in whatever order they come.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{civil::Date, tz::TimeZone};

use super::{BrandDay, BrandTotal, Figures, Measures, balance};
use crate::model::{Brand, Record, Tone};

/// What is counted.
#[derive(Debug, Clone)]
pub struct Scope {
    /// In the order of the report; mentions of other brands are left out.
    pub brands: Vec<Brand>,
    /// What a day is.
    pub zone: TimeZone,
    /// Every day between the two has a row for every brand, zeros included; dated mentions outside are left out. An
    /// open end reaches to the earliest or latest mention.
    pub first_day: Option<Date>,
    pub last_day: Option<Date>,
    /// Days on which a source failed.
    pub failed_days: BTreeSet<Date>,
}

/// Sums of one row. All are integers, so that no order of adding changes a digit of a report.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    positive: u64,
    neutral: u64,
    negative: u64,
    unscored: u64,
    /// Mentions whose reach has a basis, and the sum of their estimates in thousandths of a person.
    reached: u64,
    thousandths: u128,
}

/// Counts as records come in; [`Tally::finish`] makes figures of the counts.
pub struct Tally {
    scope: Scope,
    index: HashMap<String, usize>,
    counts: BTreeMap<(usize, Option<Date>), Count>,
}

impl Tally {
    pub fn new(scope: &Scope) -> Tally {
        let mut index = HashMap::with_capacity(scope.brands.len());
        for (at, brand) in scope.brands.iter().enumerate() {
            index.entry(brand.name.clone()).or_insert(at);
        }
        Tally { scope: scope.clone(), index, counts: BTreeMap::new() }
    }

    /// Counts a mention on the day it was published, in the scope's zone, or among the undated.
    pub fn add(&mut self, record: &Record) {
        let Some(&brand) = self.index.get(&record.mention.brand) else { return };
        let day = record.document.published.map(|at| self.scope.zone.to_datetime(at).date());
        let Scope { first_day, last_day, .. } = &self.scope;
        if day.is_some_and(|day| first_day.is_some_and(|first| day < first) || last_day.is_some_and(|last| day > last))
        {
            return;
        }
        let count = self.counts.entry((brand, day)).or_default();
        match record.mention.tone {
            Tone::Positive => count.positive += 1,
            Tone::Neutral => count.neutral += 1,
            Tone::Negative => count.negative += 1,
            Tone::Unscored => count.unscored += 1,
        }
        if let Some(people) = record.mention.reach.estimate.filter(|people| people.is_finite() && *people >= 0.0) {
            count.reached += 1;
            // No estimate is that large: the cap keeps a forged number from overflowing the sum.
            count.thousandths += (people.min(1e15) * 1000.0).round() as u128;
        }
    }

    /// Every row of every brand, and the totals.
    pub fn finish(self) -> Figures {
        let Tally { scope, counts, .. } = self;
        let seen = || counts.keys().filter_map(|(_, day)| *day);
        let first = scope.first_day.or_else(|| seen().min()).or(scope.last_day);
        let last = scope.last_day.or_else(|| seen().max()).or(first);
        let period: Vec<Option<Date>> = match (first, last) {
            (Some(first), Some(last)) if first <= last => {
                first.series(jiff::Span::new().days(1)).take_while(|day| *day <= last).map(Some).collect()
            }
            _ => Vec::new(),
        };

        // What share of voice is a share of: the volume of a group on a day, and over the period.
        let mut on_day: HashMap<(&str, Option<Date>), u64> = HashMap::new();
        let mut in_period: HashMap<&str, u64> = HashMap::new();
        for ((brand, day), count) in &counts {
            let group = scope.brands[*brand].group.as_str();
            *on_day.entry((group, *day)).or_default() += count.volume();
            *in_period.entry(group).or_default() += count.volume();
        }

        let all_comparable = !period.iter().flatten().any(|day| scope.failed_days.contains(day));
        let mut figures = Figures { days: Vec::with_capacity(scope.brands.len() * period.len()), ..Figures::default() };
        for (at, brand) in scope.brands.iter().enumerate() {
            let group = brand.group.as_str();
            let mut total = Count::default();
            let undated = counts.get(&(at, None)).map_or(0, Count::volume);
            for day in period.iter().copied().chain((undated > 0).then_some(None)) {
                let count = counts.get(&(at, day)).copied().unwrap_or_default();
                total.add(&count);
                figures.days.push(BrandDay {
                    brand: brand.name.clone(),
                    day,
                    measures: count.measures(on_day.get(&(group, day)).copied().unwrap_or(0)),
                    comparable: day.is_some_and(|day| !scope.failed_days.contains(&day)),
                });
            }
            figures.totals.push(BrandTotal {
                brand: brand.name.clone(),
                group: brand.group.clone(),
                measures: total.measures(in_period.get(group).copied().unwrap_or(0)),
                comparable: all_comparable,
                undated,
            });
        }
        figures
    }
}

impl Count {
    fn volume(&self) -> u64 {
        self.positive + self.neutral + self.negative + self.unscored
    }

    fn add(&mut self, other: &Count) {
        self.positive += other.positive;
        self.neutral += other.neutral;
        self.negative += other.negative;
        self.unscored += other.unscored;
        self.reached += other.reached;
        self.thousandths += other.thousandths;
    }

    /// The figures of a row whose group has `universe` mentions.
    fn measures(&self, universe: u64) -> Measures {
        let balance = balance(self.positive, self.neutral, self.negative);
        Measures {
            volume: self.volume(),
            volume_net: None,
            positive: self.positive,
            neutral: self.neutral,
            negative: self.negative,
            unscored: self.unscored,
            doubtful: None,
            net_sentiment: balance.map(|b| b.net),
            net_sentiment_low: balance.map(|b| b.low),
            net_sentiment_high: balance.map(|b| b.high),
            reach: (self.reached > 0).then(|| self.thousandths as f64 / 1000.0),
            share_of_voice: (universe > 0).then(|| self.volume() as f64 / universe as f64 * 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::{Basis, Document, Field, Mention, Reach};

    fn record(brand: &str, published: Option<&str>, tone: Tone, reach: Option<f64>) -> Record {
        let published = published.map(|at| at.parse().unwrap());
        let document = Document { published, ..Document::default() };
        let basis = if reach.is_some() { Basis::Views } else { Basis::None };
        let mention = Mention {
            brand: brand.into(),
            alias: brand.into(),
            matched: brand.into(),
            start: 0,
            end: 1,
            field: Field::Body,
            hit_sentence: String::new(),
            probability: None,
            doubtful: None,
            sentiment: None,
            tone,
            probabilities: None,
            document_tone: Tone::Unscored,
            reputation_polarity: None,
            language: "fr".into(),
            intent: None,
            topics: Vec::new(),
            reach: Reach { low: reach, estimate: reach, high: reach, basis },
            prominence: 0.5,
            cues: Vec::new(),
        };
        Record { mention_id: String::new(), document, mention }
    }

    fn brand(name: &str, group: &str) -> Brand {
        Brand { name: name.into(), group: group.into(), ..Brand::default() }
    }

    fn scope() -> Scope {
        Scope {
            brands: vec![brand("Zéphyr", "eau"), brand("Argane", "eau"), brand("Solo", "")],
            zone: TimeZone::get("Africa/Casablanca").unwrap(),
            first_day: Some(date(2026, 11, 1)),
            last_day: Some(date(2026, 11, 3)),
            failed_days: BTreeSet::from([date(2026, 11, 3)]),
        }
    }

    fn figures(scope: &Scope, records: &[Record]) -> Figures {
        let mut tally = Tally::new(scope);
        records.iter().for_each(|record| tally.add(record));
        tally.finish()
    }

    #[test]
    fn every_day_has_a_row_for_every_brand_in_configured_order() {
        let figures = figures(&scope(), &[record("Argane", Some("2026-11-02T10:00:00Z"), Tone::Neutral, None)]);
        let rows: Vec<_> =
            figures.days.iter().map(|row| (row.brand.as_str(), row.day.unwrap().day(), row.measures.volume)).collect();
        let expected = [("Zéphyr", [0, 0, 0]), ("Argane", [0, 1, 0]), ("Solo", [0, 0, 0])];
        let expected: Vec<_> =
            expected.iter().flat_map(|(name, n)| (1..=3).map(|d| (*name, d as i8, n[d - 1]))).collect();
        assert_eq!(rows, expected);
        assert_eq!(figures.totals.len(), 3);
    }

    #[test]
    fn a_day_is_a_day_of_the_zone() {
        // Morocco is an hour ahead of UTC in November.
        let figures = figures(&scope(), &[record("Solo", Some("2026-11-01T23:30:00Z"), Tone::Neutral, None)]);
        let row = figures.days.iter().find(|row| row.measures.volume > 0).unwrap();
        assert_eq!(row.day, Some(date(2026, 11, 2)));
    }

    #[test]
    fn undated_mentions_have_a_row_of_their_own_and_count_in_totals() {
        let records = [
            record("Argane", None, Tone::Positive, None),
            record("Argane", Some("2026-11-01T12:00:00Z"), Tone::Negative, None),
            record("Argane", Some("2026-10-01T12:00:00Z"), Tone::Negative, None),
        ];
        let figures = figures(&scope(), &records);
        let undated: Vec<_> = figures.days.iter().filter(|row| row.day.is_none()).collect();
        assert_eq!(undated.len(), 1);
        assert!(!undated[0].comparable);
        assert_eq!((undated[0].brand.as_str(), undated[0].measures.positive), ("Argane", 1));
        let total = &figures.totals[1];
        assert_eq!((total.measures.volume, total.undated, total.measures.negative), (2, 1, 1));
        let summed: u64 = figures.days.iter().filter(|row| row.brand == "Argane").map(|row| row.measures.volume).sum();
        assert_eq!(summed, total.measures.volume);
    }

    #[test]
    fn share_of_voice_stays_within_the_group() {
        let at = Some("2026-11-01T12:00:00Z");
        let records: Vec<_> = ["Zéphyr", "Argane", "Argane", "Argane", "Solo", "Inconnue"]
            .iter()
            .map(|name| record(name, at, Tone::Unscored, None))
            .collect();
        let figures = figures(&scope(), &records);
        let share = |name: &str, day: i8| {
            let row = figures.days.iter().find(|row| row.brand == name && row.day == Some(date(2026, 11, day)));
            row.unwrap().measures.share_of_voice
        };
        assert_eq!((share("Zéphyr", 1), share("Argane", 1), share("Solo", 1)), (Some(25.0), Some(75.0), Some(100.0)));
        assert_eq!(share("Argane", 2), None);
        assert_eq!(figures.days[0].measures.net_sentiment, None);
    }

    #[test]
    fn days_with_failed_sources_are_not_comparable() {
        let figures = figures(&scope(), &[]);
        let row = |day: i8| figures.days.iter().find(|row| row.day == Some(date(2026, 11, day))).unwrap();
        assert!(row(2).comparable && !row(3).comparable);
        assert!(figures.totals.iter().all(|total| !total.comparable));
    }

    #[test]
    fn the_order_of_adding_changes_nothing() {
        let at = Some("2026-11-02T12:00:00Z");
        let reaches = [0.1, 1e15, 0.2, 3.7, f64::NAN, -5.0, f64::INFINITY, 1e-3];
        let mut records: Vec<_> = reaches.iter().map(|r| record("Solo", at, Tone::Positive, Some(*r))).collect();
        let one = figures(&scope(), &records);
        records.reverse();
        assert_eq!(one, figures(&scope(), &records));
        records.swap(1, 5);
        assert_eq!(one, figures(&scope(), &records));
    }

    #[test]
    fn reach_is_unknown_where_no_mention_has_a_basis() {
        let at = Some("2026-11-02T12:00:00Z");
        let known = [record("Solo", at, Tone::Neutral, Some(12.5)), record("Solo", at, Tone::Neutral, None)];
        assert_eq!(figures(&scope(), &known).totals[2].measures.reach, Some(12.5));
        assert_eq!(figures(&scope(), &known[1..]).totals[2].measures.reach, None);
    }

    #[test]
    fn an_open_period_reaches_from_the_first_to_the_last_mention() {
        let open = Scope { first_day: None, last_day: None, ..scope() };
        let records = [
            record("Solo", Some("2026-10-30T12:00:00Z"), Tone::Neutral, None),
            record("Argane", Some("2026-11-02T12:00:00Z"), Tone::Neutral, None),
        ];
        assert_eq!(figures(&open, &records).days.len(), 3 * 4);
        assert_eq!(figures(&open, &[]).days.len(), 0);
        let backwards = Scope { first_day: Some(date(2026, 11, 9)), ..scope() };
        assert_eq!(figures(&backwards, &records).days.len(), 0);
    }
}
