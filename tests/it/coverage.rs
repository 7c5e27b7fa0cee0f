//! What of each source was covered, over several nights: in `vigie sources` and in report.json.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::server::{Reply, Server};

/// One item an hour, dated by hours since 1 November 2026; every third is in Spanish, which is not scored.
fn feed(hours: impl Iterator<Item = u64>) -> Reply {
    let items: String = hours
        .map(|hour| {
            let text = match hour % 3 {
                0 => "El servicio de la compañía es muy malo y nadie responde al teléfono cuando hay una avería.",
                _ => "La fibre est en panne depuis ce matin dans tout le quartier et personne ne répond au téléphone.",
            };
            let date = format!("2026-11-{:02}T{:02}:00:00Z", 1 + hour / 24, hour % 24);
            format!("<entry><id>urn:{hour}</id><title>Relevé {hour}</title><published>{date}</published><content>{text}</content></entry>")
        })
        .collect();
    Reply::ok(format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>Relevés</title>{items}</feed>"))
        .header("Content-Type", "application/atom+xml")
}

struct Nights {
    sandbox: Sandbox,
    shown: Arc<Mutex<(u64, u64)>>,
    _server: Server,
}

impl Nights {
    fn new() -> Nights {
        let shown = Arc::new(Mutex::new((0, 0)));
        let shows = Arc::clone(&shown);
        let server = Server::start(move |hit| match hit.path.as_str() {
            "/robots.txt" => Reply::ok("User-agent: *\nDisallow: /ferme/\n").header("Content-Type", "text/plain"),
            "/flux" => {
                let (from, to) = *shows.lock().unwrap();
                feed(from..to)
            }
            _ => Reply::status(404),
        });
        let sandbox = Sandbox::new();
        sandbox.write(
            "vigie.toml",
            format!(
                "[vigie]\nlanguage = \"en\"\ntimezone = \"UTC\"\n[crawl]\nallow_address = [\"{}\"]\n[[brand]]\nname = \"fibre\"\n\
                 [[source]]\nname = \"flux\"\nurl = \"{}\"\n[[source]]\nname = \"ferme\"\nurl = \"{}\"\n",
                server.address(),
                server.url("/flux"),
                server.url("/ferme/flux")
            ),
        );
        Nights { sandbox, shown, _server: server }
    }

    /// A scan at that hour, when the feed shows items from one hour to another; what is then told of the sources.
    fn scan(&self, hour: u64, shown: (u64, u64)) -> Vec<Value> {
        *self.shown.lock().unwrap() = shown;
        let now = format!("2026-11-{:02}T{:02}:30:00Z", 1 + hour / 24, hour % 24);
        self.sandbox.run(&["scan", "--now", &now, "-q"]).ended(0);
        self.sandbox.run(&["sources", "--format", "jsonl", "--now", &now]).ended(0).json()
    }
}

#[test]
fn what_was_missed_refused_undated_and_unscored_is_told_of_each_source() {
    let nights = Nights::new();
    let first = nights.scan(24, (1, 25));
    let (closed, flux) = (&first[0], &first[1]);
    assert_eq!((&closed["name"], &closed["refused"], &closed["documents"]), (&"ferme".into(), &1.into(), &0.into()));
    assert_eq!(
        (&flux["documents"], &flux["new_documents"], &flux["undated_share"]),
        (&24.into(), &24.into(), &0.0.into())
    );
    assert_eq!((&flux["unsupported"], &flux["unsupported_share"]), (&8.into(), &0.333.into()));
    assert_eq!(flux["missed_at"], Value::Null);
    // An hour's overlap with the night before: nothing is missed.
    let second = &nights.scan(47, (24, 48))[1];
    assert_eq!((&second["new_documents"], &second["missed_at"]), (&23.into(), &Value::Null));
    assert_eq!(second["feed_window"], 23 * 3600 + 1800);
    // Three days later the feed shows the last 24 alone: 48 of them nobody saw.
    let third = &nights.scan(119, (96, 120))[1];
    assert_eq!(third["missed_at"], "2026-11-05T23:30:00Z");
    let (low, high) = (third["missed_low"].as_u64().unwrap(), third["missed_high"].as_u64().unwrap());
    assert!((25..=48).contains(&low) && (48..=65).contains(&high), "{low} to {high}");
    let table = nights.sandbox.run(&["sources", "--format", "table"]).ended(0).out;
    assert!(table.contains(&format!("({low} – {high})")) && table.contains("robots.txt refuses"), "{table}");

    let last = nights.sandbox.path("reports/2026-11-05/report.json");
    let report: Value = serde_json::from_slice(&std::fs::read(last).unwrap()).unwrap();
    let told = &report["sources"][1];
    assert_eq!((&told["missed_low"], &told["missed_high"]), (&low.into(), &high.into()));
    assert_eq!((&told["period_documents"], &told["new_documents"]), (&24.into(), &24.into()));
    let coverage = &report["coverage"];
    assert_eq!((&coverage["sources"], &coverage["missed"], &coverage["failing"]), (&2.into(), &1.into(), &1.into()));
    assert_eq!((&coverage["documents"], &coverage["refused"]), (&71.into(), &1.into()));

    let period = ["sources", "--format", "csv", "--since", "2026-11-02", "--until", "2026-11-02"];
    let rows = nights.sandbox.run(&period).ended(0).csv();
    assert_eq!(rows[1]["period_documents"], "24", "those of 2 November");
}

#[test]
fn a_feed_that_has_nothing_new_for_long_is_called_silent() {
    let nights = Nights::new();
    nights.scan(24, (1, 25));
    assert_eq!(nights.scan(24 * 7, (1, 25))[1]["silent"], false, "a week has not passed");
    let told = &nights.scan(24 * 9, (1, 25))[1];
    assert_eq!(
        (&told["silent"], &told["newest"], &told["usual_gap"]),
        (&true.into(), &"2026-11-02T00:00:00Z".into(), &3600.into())
    );
    assert_eq!(told["failures"], 0, "it answers, and that is all that failures tell");
    let table = nights.sandbox.run(&["sources", "--format", "table"]).ended(0).out;
    assert!(table.contains("silent for far longer than ever"), "{table}");
}
