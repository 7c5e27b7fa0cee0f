//! The crawl: one loop that owns what is to fetch and what is under way, and ends when both are empty.

mod access;
mod address;
mod answer;
mod answered;
mod course;
mod ending;
mod fault;
mod follow;
mod frontier;
mod guard;
mod job;
mod lane;
mod mining;
mod net;
mod news;
mod pattern;
mod robots;
mod settings;
mod visit;

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicUsize},
};

use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use self::{course::Crawl, frontier::Frontier, net::Net};
use crate::{
    error::{Error, Result},
    model::{
        Harvest, Sources,
        port::{Adapter, Memory},
    },
};

/// Threads that move bytes.
const WIRES: usize = 2;

pub use self::{answer::reserved_by, guard::Guard, robots::Rules, settings::Settings};

/// Fetches and reads `sources` and what they lead to, one [`Harvest`] a page, until nothing is left or `stop` is not
/// zero. Sources that are no address are passed over. Blocks, so it wants a thread of its own; a full `out` holds it up.
pub fn crawl(
    settings: &Settings,
    sources: Sources,
    adapter: Arc<dyn Adapter>,
    memory: Arc<dyn Memory>,
    stop: Arc<AtomicUsize>,
    out: mpsc::Sender<Harvest>,
) -> Result<()> {
    // The wire has threads of its own: bytes that somebody floods us with must not hold up the loop.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WIRES).enable_all().build();
    let runtime = runtime.map_err(|error| Error::failed(format!("the crawl cannot start: {error}")))?;
    let ended = runtime.block_on(async {
        let net = Arc::new(Net::new(settings)?);
        let reading = Arc::new(Semaphore::new(settings.jobs.max(1)));
        let (frontier, tasks, under_way) = (Frontier::default(), JoinSet::new(), HashMap::new());
        let (settings, going) = (settings.clone(), HashMap::new());
        let mut crawl = Crawl {
            settings,
            net,
            sources,
            going,
            frontier,
            tasks,
            under_way,
            flying: HashMap::new(),
            asking: 0,
            held: 0,
            told: Vec::new(),
            reading,
            afterwards: Arc::new(Semaphore::new(ending::AFTERWARDS)),
            adapter,
            memory,
            stop,
            out,
        };
        // Ended early is ended: the receiver that left, or whoever said stop, knows why.
        let _ = crawl.run().await;
        Ok(())
    });
    // A look-up or a reader that is still busy must not hold up the end.
    runtime.shutdown_background();
    ended
}
