//! Signals: the first asks the run to stop in order, the second ends it at once.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::run::Stop;

/// A stop that SIGINT and SIGTERM set; what is written stays whole either way.
pub fn stop() -> Stop {
    let stop = Stop::default();
    let again = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Registered in this order, so that the second signal finds `again` set.
        let registered = flag::register_conditional_default(signal, Arc::clone(&again))
            .and_then(|_| flag::register(signal, Arc::clone(&again)))
            .and_then(|_| flag::register_usize(signal, Arc::clone(&stop.0), usize::try_from(signal).unwrap_or(15)));
        // Without a hook the signal keeps its default: the process ends, and the next run goes on.
        drop(registered);
    }
    stop
}
