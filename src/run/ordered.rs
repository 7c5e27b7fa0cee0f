//! Work on every core with results in the order of the input, in bounded memory.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::sync_channel;
use std::sync::{Condvar, Mutex, PoisonError};

use rayon::iter::{ParallelBridge, ParallelIterator};

use crate::error::{Error, Result};

/// How far the input may run ahead of the output, in items per thread.
const AHEAD: usize = 32;

/// Where the output stands, for the reader of the input to wait on.
struct Gate {
    /// Items written; `usize::MAX` once nothing more is wanted.
    written: Mutex<usize>,
    moved: Condvar,
}

impl Gate {
    /// Waits until item `index` may start; false when it need not.
    fn pass(&self, index: usize, ahead: usize) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        while *written != usize::MAX && index >= *written + ahead {
            written = self.moved.wait(written).unwrap_or_else(PoisonError::into_inner);
        }
        *written != usize::MAX
    }

    fn set(&self, to: usize) {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = to;
        self.moved.notify_one();
    }
}

/// Calls `work` for each item on `jobs` threads and `sink` for each result in input order, until `sink` returns false.
pub fn ordered<T: Send, R: Send>(
    items: impl Iterator<Item = T> + Send,
    jobs: usize,
    work: impl Fn(T) -> R + Sync,
    mut sink: impl FnMut(R) -> bool,
) -> Result<()> {
    if jobs == 1 {
        return one_by_one(items, work, sink);
    }
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| Error::failed(format!("cannot start {jobs} threads: {error}")))?;
    let gate = Gate { written: Mutex::new(0), moved: Condvar::new() };
    let ahead = AHEAD * jobs;
    let (given, taken) = sync_channel(ahead);
    let (done, results) = sync_channel(ahead);
    std::thread::scope(|threads| {
        let (gate, work) = (&gate, &work);
        threads.spawn(move || {
            for (index, item) in items.enumerate() {
                if !gate.pass(index, ahead) || given.send((index, item)).is_err() {
                    break;
                }
            }
        });
        threads.spawn(move || {
            pool.install(|| {
                taken.into_iter().par_bridge().for_each_with(done, |done, (index, item)| {
                    _ = done.send((index, catch_unwind(AssertUnwindSafe(|| work(item))).ok()));
                });
            });
        });
        let mut early = BTreeMap::new();
        let mut next = 0;
        let mut whole = true;
        'all: for (index, result) in &results {
            early.insert(index, result);
            while let Some(result) = early.remove(&next) {
                next += 1;
                whole = result.is_some();
                if !result.is_some_and(&mut sink) {
                    break 'all;
                }
            }
            gate.set(next);
        }
        // What is still under way has nowhere to go, and must not wait for us.
        gate.set(usize::MAX);
        drop(results);
        if whole { Ok(()) } else { Err(fault()) }
    })
}

/// The same on the calling thread.
fn one_by_one<T, R>(
    items: impl Iterator<Item = T>,
    work: impl Fn(T) -> R,
    mut sink: impl FnMut(R) -> bool,
) -> Result<()> {
    for item in items {
        let Ok(result) = catch_unwind(AssertUnwindSafe(|| work(item))) else { return Err(fault()) };
        if !sink(result) {
            break;
        }
    }
    Ok(())
}

fn fault() -> Error {
    Error::failed("a fault of vigie's own on one of the inputs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_input_however_uneven_the_work() {
        let mut seen = Vec::new();
        let slow_first = |n: u64| {
            std::thread::sleep(std::time::Duration::from_micros(if n.is_multiple_of(50) { 3000 } else { 10 }));
            n
        };
        ordered(0..1000u64, 4, slow_first, |n| {
            seen.push(n);
            true
        })
        .unwrap();
        assert_eq!(seen, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn a_fault_in_the_work_ends_it_with_an_error() {
        for jobs in [1, 3] {
            let work = |n: u64| if n == 40 { panic!("planted") } else { n };
            let mut count = 0;
            let ended = ordered(0u64.., jobs, work, |_| {
                count += 1;
                true
            });
            assert!(ended.is_err());
            assert_eq!(count, 40, "what came before it was written");
        }
    }

    #[test]
    fn a_sink_that_wants_no_more_ends_an_endless_input() {
        for jobs in [1, 3] {
            let mut count = 0;
            let sink = |_| {
                count += 1;
                count < 10
            };
            ordered(0u64.., jobs, |n| n, sink).unwrap();
            assert_eq!(count, 10);
        }
    }
}
