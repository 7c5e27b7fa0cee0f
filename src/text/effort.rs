//! How much work one page may be: CPU time of the thread that reads it, looked at between the steps of long work.

use std::{cell::Cell, fmt, time::Duration};

/// CPU time that one page may take; an honest one takes a hundredth of it.
pub const LIMIT: Duration = Duration::from_secs(10);

/// Reading the page takes longer than [`LIMIT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading it took more than {} s of work", LIMIT.as_secs())
    }
}

thread_local! {
    static SINCE: Cell<Option<Duration>> = const { Cell::new(None) };
}

/// Begins to count for a page on this thread. Without it nothing is counted.
pub fn begin() {
    SINCE.set(Some(clock()));
}

/// Whether the page on this thread has taken too long.
pub fn check() -> Result<(), TooLong> {
    match SINCE.get() {
        Some(since) if clock().saturating_sub(since) > LIMIT => Err(TooLong),
        _ => Ok(()),
    }
}

/// CPU time of this thread, where the system tells it.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn clock() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Elsewhere the time that has passed stands for it.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn clock() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_counted_from_its_beginning_and_only_where_it_was_begun() {
        std::thread::spawn(|| {
            assert_eq!(check(), Ok(()));
            SINCE.set(Some(clock()));
            assert_eq!(check(), Ok(()));
            let start = std::time::Instant::now();
            while start.elapsed() < Duration::from_millis(50) {
                std::hint::black_box(start);
            }
            assert!(clock() >= SINCE.get().unwrap() + Duration::from_millis(1), "work counts");
        })
        .join()
        .unwrap();
    }
}
