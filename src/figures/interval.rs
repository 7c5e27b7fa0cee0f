//! Net sentiment and the interval that says how far to trust it.

/// The 97.5th percentile of the normal distribution, for intervals of 95 %.
const Z: f64 = 1.96;

/// Net sentiment with its 95 % interval, all −100..100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Balance {
    pub net: f64,
    pub low: f64,
    pub high: f64,
}

/// (positive − negative) / (positive + neutral + negative) × 100; `None` when all three are 0.
///
/// The interval is the adjusted Wald interval for a difference of two paired proportions: one is added to each of the
/// two counts and two to the sample, which keeps its coverage near 95 % where a day has few mentions (Bonett & Price
/// 2012, Journal of Educational and Behavioral Statistics 37(4), 479–488).
pub fn balance(positive: u64, neutral: u64, negative: u64) -> Option<Balance> {
    let (p, n) = (positive as f64, negative as f64);
    let scored = p + neutral as f64 + n;
    if scored == 0.0 {
        return None;
    }
    let adjusted = scored + 2.0;
    let (p1, p2) = ((p + 1.0) / adjusted, (n + 1.0) / adjusted);
    let difference = p1 - p2;
    let half = Z * ((p1 + p2 - difference * difference) / adjusted).sqrt();
    let percent = |share: f64| (share * 100.0).clamp(-100.0, 100.0);
    Some(Balance { net: percent((p - n) / scored), low: percent(difference - half), high: percent(difference + half) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_scored_has_no_balance() {
        assert_eq!(balance(0, 0, 0), None);
    }

    #[test]
    fn the_worked_example_of_the_documentation_holds() {
        let Balance { net, low, high } = balance(12, 20, 5).unwrap();
        assert_eq!(format!("{net:.1} {low:.1} {high:.1}"), "18.9 -3.2 39.1");
    }

    #[test]
    fn one_mention_says_little() {
        let Balance { net, low, high } = balance(1, 0, 0).unwrap();
        assert_eq!((net, high), (100.0, 100.0));
        assert!(low < -70.0, "{low}");
    }

    #[test]
    fn more_mentions_narrow_the_interval() {
        let width = |k: u64| balance(3 * k, 4 * k, k).map(|b| b.high - b.low).unwrap();
        assert!(width(1) > 2.0 * width(10) && width(10) > 2.0 * width(100));
    }

    proptest! {
        #[test]
        fn the_interval_holds_its_estimate_and_stays_in_range(p in 0u64..5000, z in 0u64..5000, n in 0u64..5000) {
            if let Some(b) = balance(p, z, n) {
                prop_assert!(-100.0 <= b.low && b.low <= b.net && b.net <= b.high && b.high <= 100.0, "{b:?}");
            }
        }

        #[test]
        fn praise_and_blame_are_treated_alike(p in 0u64..500, z in 0u64..500, n in 0u64..500) {
            let (one, other) = (balance(p, z, n), balance(n, z, p));
            if let (Some(a), Some(b)) = (one, other) {
                prop_assert!((a.low + b.high).abs() < 1e-9 && (a.high + b.low).abs() < 1e-9 && a.net == -b.net);
            }
        }
    }
}
