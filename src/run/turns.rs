//! What ends a thread or a list is saved after all that was read before it: a run that is killed in between must not take
//! for read what is not.

use std::collections::{BTreeMap, BTreeSet};

/// Things in the order in which they were read, that come in another.
pub struct Turns<T> {
    /// All before it have come.
    next: u64,
    /// Those after it that have.
    come: BTreeSet<u64>,
    waiting: BTreeMap<u64, T>,
}

impl<T> Turns<T> {
    /// Nothing has come; turns count from 0.
    pub fn new() -> Turns<T> {
        Turns { next: 0, come: BTreeSet::new(), waiting: BTreeMap::new() }
    }

    /// Takes what has come, of that `turn`; gives back what may be saved now. `is_last`: not before all with earlier turns.
    pub fn take(&mut self, turn: u64, thing: T, is_last: bool) -> Vec<T> {
        self.come.insert(turn);
        while self.come.remove(&self.next) {
            self.next += 1;
        }
        let mut ready = Vec::new();
        if is_last && turn >= self.next {
            self.waiting.insert(turn, thing);
        } else {
            ready.push(thing);
        }
        while let Some(first) = self.waiting.first_entry().filter(|first| *first.key() < self.next) {
            ready.push(first.remove());
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_waits_for_all_before_it() {
        let mut turns = Turns::new();
        let mut take = |turn: u64, is_last| turns.take(turn, turn, is_last);
        assert_eq!(take(0, true), [0]);
        assert_eq!(take(2, true), [0; 0]);
        assert_eq!(take(4, false), [4]);
        assert_eq!(take(3, true), [0; 0]);
        assert_eq!(take(1, false), [1, 2, 3]);
        assert_eq!(take(5, true), [5]);
    }
}
