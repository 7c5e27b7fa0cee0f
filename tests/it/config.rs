//! `vigie init` and `vigie check`: every error at once, with its line, and nothing run.

use crate::sandbox::Sandbox;

#[test]
fn init_writes_a_configuration_that_check_accepts_and_never_overwrites_one() {
    for language in ["fr", "en"] {
        let sandbox = Sandbox::new();
        sandbox.run(&["init", "--language", language]).ended(0);
        let text = sandbox.read("vigie.toml");
        assert!(text.contains(&format!("language = \"{language}\"")));
        sandbox.run(&["check"]).silent();
        sandbox.run(&["init"]).ended(2);
        assert_eq!(sandbox.read("vigie.toml"), text);
        assert_eq!(sandbox.run(&["init", "-o", "-", "--language", language]).silent().out, text);
    }
}

#[test]
fn every_error_is_told_at_once_with_line_and_hint_and_nothing_runs() {
    let sandbox = Sandbox::new();
    let text = "[vigie]\n\
                language = \"de\"\n\
                timezone = \"Mars/Olympus\"\n\
                [crawl]\n\
                pace = \"soon\"\n\
                per_hots = 3\n\
                [[brand]]\n\
                aliases = [\"Atlas\"]\n\
                [[source]]\n\
                url = \"ftp://forum.example/\"\n\
                [[source]]\n\
                name = \"empty\"\n";
    sandbox.write("vigie.toml", text);
    for command in ["check", "scan", "crawl", "score", "report", "query"] {
        let ran = sandbox.run(&[command]).ended(2);
        for (line, word) in
            [(2, "de"), (3, "Mars/Olympus"), (5, "soon"), (6, "per_hots"), (7, "name"), (10, "ftp"), (11, "url")]
        {
            let told = ran.err.lines().any(|l| l.contains(&format!("vigie.toml:{line}:")) && l.contains(word));
            assert!(told, "{command}: line {line}, {word} in\n{}", ran.err);
        }
        assert!(ran.err.contains("per_host\""), "{}", ran.err);
        assert!(ran.err.matches("hint:").count() >= 5, "{}", ran.err);
        assert_eq!(ran.out, "");
    }
    assert_eq!(sandbox.files(), ["vigie.toml"]);
    sandbox.write("vigie.toml", "[vigie\n");
    assert!(sandbox.run(&["check"]).ended(2).err.contains("vigie.toml:1:"));
}

#[test]
fn the_contracts_keys_are_accepted_and_what_has_no_effect_yet_is_said() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "vigie.toml",
        "[vigie]\ncontact = \"https://agency.example/vigie\"\ntimezone = \"Africa/Casablanca\"\nlanguage = \"en\"\n\
         store = \"vigie.db\"\nreports = \"reports\"\n[crawl]\nper_host = 2\npace = \"1s\"\ntimeout = \"30s\"\n\
         max_body = \"15 MiB\"\nmax_pages = 500\nbudget = \"10m\"\nallow_address = []\nproxy = \"\"\n\
         [[brand]]\nname = \"Atlas Télécom\"\naliases = [\"Atlas Telecom\"]\nexclude = []\ncontext = [\"fibre\"]\n\
         query = \"atlas AND fibre\"\nofficial = [\"@atlas\"]\ngroup = \"telecom\"\n\
         [[source]]\nurl = \"https://forum.example/\"\nkind = \"forum\"\nname = \"\"\naudience = 0\ntimezone = \"\"\n\
         full_text = true\n[privacy]\ntext = \"excerpt\"\nauthors = \"pseudonym\"\nretention = \"13 months\"\n",
    );
    let out = sandbox.run(&["check"]).silent().out;
    for key in ["query", "official", "context", "full_text", "text", "authors", "forum"] {
        assert!(out.lines().any(|line| line.contains(key)), "{key} in\n{out}");
    }
    assert!(out.contains("no effect yet"), "{out}");
}
