//! One integration binary: the whole program as its users meet it.

mod adhoc;
mod config;
mod coverage;
mod crawl;
mod crawl_cli;
mod crawl_faults;
mod crawl_input;
mod demo;
mod discover;
mod faults;
mod filter;
mod harvest;
mod import;
mod moving;
mod networks;
mod nights;
mod quality;
mod resume;
mod sandbox;
mod scaling;
mod served;
mod server;
mod sites;
mod stored;
mod tidy;
