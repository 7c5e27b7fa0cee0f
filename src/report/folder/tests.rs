//! What `folder` promises, with full disks, killed runs and hostile links.

use jiff::civil::date;

use super::*;

fn put(dir: &Path, file: &str, text: &str) -> Result<()> {
    write_file(&dir.join(file), |out| out.write_all(text.as_bytes()))
}

fn report(dir: &Path, text: &str) -> Result<()> {
    write_whole(dir, |new| {
        put(new, "mentions.csv", text)?;
        put(new, "report.json", text)
    })
}

fn read(dir: &Path, file: &str) -> String {
    fs::read_to_string(dir.join(file)).unwrap()
}

fn listed(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = names(dir).unwrap().iter().map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_second_report_of_the_day_replaces_the_first_whole() {
    let root = tempfile::tempdir().unwrap();
    let reports = root.path().join("a/reports");
    let day = of_day(&reports, date(2026, 11, 22));
    assert!(day.ends_with("2026-11-22"));
    report(&day, "one").unwrap();
    write_whole(&day, |new| put(new, "report.json", "two")).unwrap();
    assert_eq!((listed(&day), read(&day, "report.json")), (vec!["report.json".into()], "two".into()));
    assert_eq!(listed(&reports), ["2026-11-22"]);
}

#[test]
fn a_report_that_fails_leaves_the_old_one_and_nothing_else() {
    let root = tempfile::tempdir().unwrap();
    let day = root.path().join("day");
    report(&day, "one").unwrap();
    let failed = write_whole(&day, |new| {
        put(new, "report.json", "half")?;
        Err(Error::failed("no"))
    });
    assert_eq!(failed.unwrap_err().message, "no");
    assert_eq!((read(&day, "report.json"), listed(root.path())), ("one".into(), vec!["day".into()]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_with_advice() {
    let error = write_file(Path::new("/dev/full"), |out| out.write_all(&[b'x'; 100_000])).unwrap_err();
    assert!(error.message.contains("/dev/full") && error.hint.unwrap().contains("room"));
    let error = write_file(Path::new("/dev/full"), |out| out.write_all(b"x")).unwrap_err();
    assert!(error.message.contains("/dev/full"), "a short text must not be lost in a buffer");
    write_file(Path::new("/dev/null"), |out| out.write_all(b"x")).unwrap();
    // A file in memory is a file like others: what was longer before is gone.
    if let Ok(memory) = tempfile::Builder::new().prefix("vigie-test").tempdir_in("/dev/shm") {
        ["longer", "new"].iter().for_each(|text| put(memory.path(), "one.csv", text).unwrap());
        assert_eq!(read(memory.path(), "one.csv"), "new");
    }
    assert!(Path::new("/dev/null").exists() && !fs::metadata("/dev/null").unwrap().is_file());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_written() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let root = tempfile::tempdir().unwrap();
    let day = root.path().join("reports/day");
    write_whole(&day, |new| fs::write(new.join("report.json"), "x").map_err(|e| failed(new, &e))).unwrap();
    assert_eq!([mode(&day.join("report.json")), mode(&day), mode(day.parent().unwrap())], [0o600, 0o700, 0o700]);
    put(root.path(), "one.csv", "x").unwrap();
    assert_eq!(mode(&root.path().join("one.csv")), 0o600);
}

#[test]
fn files_of_others_stay_in_the_folder() {
    let root = tempfile::tempdir().unwrap();
    let day = root.path().join("day");
    report(&day, "one").unwrap();
    fs::write(day.join("notes.txt"), "mine").unwrap();
    report(&day, "two").unwrap();
    assert_eq!((read(&day, "notes.txt"), read(&day, "report.json")), ("mine".into(), "two".into()));
}

#[test]
fn a_folder_that_is_no_report_is_refused() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("thesis.txt"), "years of work").unwrap();
    for target in [root.path().to_path_buf(), root.path().join("thesis.txt"), PathBuf::from("/"), PathBuf::from("..")] {
        let error = write_whole(&target, |_| panic!("must not be called")).unwrap_err();
        assert!(error.hint.is_some(), "{target:?}");
    }
    assert!(check(root.path()).is_err());
    assert_eq!(read(root.path(), "thesis.txt"), "years of work");
    check(&root.path().join("new/day")).unwrap();
    assert_eq!(listed(&root.path().join("new")), [""; 0]);
}

#[cfg(unix)]
#[test]
fn links_are_replaced_and_not_followed() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    let elsewhere = root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("mentions.csv"), "kept").unwrap();
    let (day, file) = (root.path().join("day"), root.path().join("out.csv"));
    symlink(&elsewhere, &day).unwrap();
    symlink(elsewhere.join("mentions.csv"), &file).unwrap();
    report(&day, "new").unwrap();
    put(root.path(), "out.csv", "new").unwrap();
    assert_eq!((read(&elsewhere, "mentions.csv"), listed(&elsewhere)), ("kept".into(), vec!["mentions.csv".into()]));
    assert!(!fs::symlink_metadata(&day).unwrap().is_symlink() && !fs::symlink_metadata(&file).unwrap().is_symlink());
    assert_eq!((read(&day, "mentions.csv"), read(root.path(), "out.csv")), ("new".into(), "new".into()));
}

#[test]
fn what_killed_runs_left_is_put_right() {
    let root = tempfile::tempdir().unwrap();
    let at = |path: &str| root.path().join(path);
    // Killed while writing; killed between the two steps of a replacement; killed before the old one was cleared.
    for dir in [".vigie-new.day1.aB3", ".vigie-old.day2.x/old", ".vigie-new.day3.y", "day3", ".vigie-out.not-a-folder"]
    {
        fs::create_dir_all(at(dir)).unwrap();
    }
    fs::write(at(".vigie-new.day1.aB3/report.json"), "half").unwrap();
    fs::write(at(".vigie-old.day2.x/old/report.json"), "old").unwrap();
    fs::write(at(".vigie-new.day3.y/report.json"), "old").unwrap();
    fs::write(at(".vigie-new.day3.y/notes.txt"), "mine").unwrap();
    fs::write(at("day3/report.json"), "new").unwrap();
    report(&at("day4"), "x").unwrap();
    assert_eq!(listed(root.path()), [".vigie-out.not-a-folder", "day2", "day3", "day4"]);
    assert_eq!((read(&at("day2"), "report.json"), read(&at("day3"), "report.json")), ("old".into(), "new".into()));
    assert_eq!(read(&at("day3"), "notes.txt"), "mine");

    fs::write(at(".vigie-out.one.csv.Zz9"), "half").unwrap();
    let live = File::create(at(".vigie-out.one.csv.live")).unwrap();
    live.lock().unwrap();
    put(root.path(), "one.csv", "x").unwrap();
    assert!(!at(".vigie-out.one.csv.Zz9").exists() && at(".vigie-out.one.csv.live").exists());
}

#[test]
fn the_two_steps_do_what_the_exchange_does() {
    let root = tempfile::tempdir().unwrap();
    let (day, new) = (root.path().join("day"), root.path().join("new"));
    for (dir, text) in [(&day, "old"), (&new, "new")] {
        fs::create_dir(dir).unwrap();
        fs::write(dir.join("report.json"), text).unwrap();
    }
    exchange(root.path(), OsStr::new("day"), &new).unwrap();
    assert_eq!((read(&day, "report.json"), read(&new, "report.json")), ("new".into(), "old".into()));
    in_two_steps(root.path(), OsStr::new("day"), &new).unwrap();
    assert_eq!((read(&day, "report.json"), read(&new, "report.json")), ("old".into(), "new".into()));
    assert_eq!(listed(root.path()), ["day", "new"]);
}

#[cfg(unix)]
#[test]
fn two_runs_do_not_write_at_once() {
    let root = tempfile::tempdir().unwrap();
    let inner = std::cell::Cell::new(None);
    write_whole(&root.path().join("day"), |new| {
        inner.set(Some(report(&root.path().join("other"), "x").unwrap_err().exit));
        put(new, "report.json", "x")
    })
    .unwrap();
    assert_eq!(inner.get(), Some(Exit::Locked));
}
