//! The crawl as people and cron start it: what it says, keeps and leaves alone. Numbers are those of the table of faults.

use std::io::Read;
use std::process::Stdio;

use crate::sandbox::{NOW, Sandbox};
use crate::server::{Reply, Server};

fn feed(items: usize) -> Reply {
    let items: String = (0..items).map(|n| format!("<item><title>Atlas {n}</title><guid>g{n}</guid></item>")).collect();
    Reply::ok(format!("<rss version='2.0'><channel><title>f</title>{items}</channel></rss>"))
        .header("Content-Type", "application/rss+xml")
}

/// The most memory that a scan of so many sources took, in KiB. None of them may be contacted.
#[cfg(target_os = "linux")]
fn peak(sources: usize) -> u64 {
    let sandbox = Sandbox::new();
    let list: String = (0..sources)
        .map(|n| {
            format!("[[source]]\nname = \"source number {n}\"\nurl = \"http://10.{}.{}.1/feed\"\n", n / 250, n % 250)
        })
        .collect();
    let head = "[vigie]\ncontact = \"https://agency.example/vigie\"\ntimezone = \"UTC\"\n[[brand]]\nname = \"Atlas\"\n";
    sandbox.write("vigie.toml", format!("{head}{list}"));
    let args = ["scan", "--now", NOW, "-q"];
    let mut child = sandbox.command(&args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = peak.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(0).max(most);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert_eq!(child.wait().unwrap().code(), Some(3), "every source failed");
    most
}

#[test]
#[cfg(target_os = "linux")]
fn fault_34_memory_grows_by_less_than_a_kilobyte_a_source() {
    let (few, many) = (peak(1_000), peak(6_000));
    println!("1,000 sources: {few} KiB, 6,000: {many} KiB");
    // Pages of memory come in lumps.
    assert!(many.saturating_sub(few) < 5_000 + 2_048, "{few} KiB and {many} KiB");
}

#[test]
fn fault_40_what_cannot_work_is_said_before_the_first_request() {
    let server = Server::table([("/feed", feed(1))]);
    let sandbox = Sandbox::new();
    let config = |store: &str| {
        format!(
            "[vigie]\nstore = \"{store}\"\n[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"Atlas\"\n[[source]]\nurl = \"{}\"\n",
            server.address(),
            server.url("/feed")
        )
    };
    sandbox.run(&["scan", "--now", NOW]).ended(2);
    sandbox.write("file", "no folder");
    sandbox.write("vigie.toml", config("file/vigie.db"));
    let ran = sandbox.run(&["scan", "--now", NOW]);
    assert!(ran.code != 0 && ran.err.contains("of the store does not exist"), "{}", ran.err);
    sandbox.write("vigie.toml", config("notes.db"));
    sandbox.write("notes.db", "these are my notes, and no database");
    let ran = sandbox.run(&["scan", "--now", NOW]).ended(1);
    assert!(ran.err.contains("hint:"), "{}", ran.err);
    assert_eq!(sandbox.read("notes.db"), "these are my notes, and no database");
    assert!(server.hits().is_empty());
}

#[test]
fn fault_43_a_reader_that_leaves_is_no_error_and_the_store_is_whole() {
    let server = Server::table([("/feed", feed(1_500))]);
    let sandbox = Sandbox::new();
    sandbox.write(
        "vigie.toml",
        format!(
            "[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"Atlas\"\n[[source]]\nurl = \"{}\"\n",
            server.address(),
            server.url("/feed")
        ),
    );
    let args = ["crawl", "--format", "jsonl", "--now", NOW];
    let mut child = sandbox.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut some = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let left = child.wait_with_output().unwrap();
    assert_eq!(left.status.code(), Some(0), "{}", String::from_utf8_lossy(&left.stderr));
    let sources = sandbox.run(&["sources", "--format", "jsonl"]).ended(0).json();
    assert_eq!(sources[0]["documents"], 1_500);
}

#[test]
fn fault_51_secrets_of_the_configuration_are_nowhere_afterwards() {
    let server = Server::start(|hit| match hit.path.as_str() {
        "/feed?token=geheim1" => feed(2),
        "/robots.txt" | "/.well-known/tdmrep.json" => Reply::status(404),
        _ => Reply::status(500),
    });
    let sandbox = Sandbox::new();
    let address = server.address();
    sandbox.write(
        "vigie.toml",
        format!(
            "[crawl]\nallow_address = [\"{address}\"]\n[[brand]]\nname = \"Atlas\"\n\
             [[source]]\nurl = \"http://lina:geheim2@{address}/feed?token=geheim1\"\n\
             [[source]]\nurl = \"http://{address}/gone?api_key=geheim3\"\n"
        ),
    );
    for _ in 0..2 {
        let ran = sandbox.run(&["scan", "--now", NOW, "-v"]).ended(0);
        assert!(!ran.err.contains("geheim") && !ran.out.contains("geheim"), "{}", ran.err);
    }
    let told = sandbox.run(&["sources", "--format", "jsonl"]).ended(0);
    assert!(told.out.contains("***") && !told.out.contains("geheim"), "{}", told.out);
    assert_eq!(told.json()[0]["documents"].as_u64().unwrap() + told.json()[1]["documents"].as_u64().unwrap(), 2);
    for file in sandbox.files().iter().filter(|name| *name != "vigie.toml") {
        let bytes = std::fs::read(sandbox.path(file)).unwrap();
        assert!(!bytes.windows(6).any(|six| six == b"geheim"), "{file}");
    }
}

#[test]
fn a_line_without_configuration_crawls_and_keeps_nothing() {
    let server = Server::table([("/feed", feed(3))]);
    let sandbox = Sandbox::new();
    let url = server.url("/feed");
    let ran =
        sandbox.run(&["crawl", "--format", "jsonl", "--now", NOW, "--allow-address", &server.address(), &url]).ended(0);
    assert_eq!(ran.json().len(), 3);
    assert_eq!(sandbox.files(), Vec::<String>::new());
    let unopened = sandbox.run(&["crawl", "--format", "jsonl", "--now", NOW, &url]).ended(3);
    assert!(unopened.err.contains("not allowed"), "{}", unopened.err);
}
