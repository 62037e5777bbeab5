//! `synth --at`: when rebuilds would begin, by a calendar. 2026-12-03 is a Thursday; London is an hour ahead of UTC between
//! 2027-03-28 01:00 UTC and 2027-10-31 01:00 UTC, both Sundays.

use crate::harness::Folder;

/// What is said of some images at a time, without its reason.
fn begin(folder: &Folder, at: &str, who: &str) -> String {
    let run = folder.run(&["synth", "--at", at, "--locked", "--images", "images.yaml"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{at}");
    let line = run.stdout.lines().find_map(|line| line.trim().strip_prefix(who)).unwrap().trim();
    line.split(" (").next().unwrap().to_owned()
}

#[test]
fn a_rebuild_begins_after_its_delay_in_its_window() {
    let folder = Folder::of("schedule");
    let before = folder.files();
    for (at, who, begins) in [
        // At once, in the evening, in the night after midnight, at the weekend, after the holidays.
        ("2026-12-03T12:00Z", "node:22 tool", "on Thu 2026-12-03 12:00 UTC"),
        (
            "2026-12-03T12:00Z",
            "node:22 web, worker",
            "on Thu 2026-12-03 22:00 UTC, Thu 2026-12-03 22:00 in Europe/London",
        ),
        (
            "2026-12-04T05:59Z",
            "node:22 web, worker",
            "on Fri 2026-12-04 05:59 UTC, Fri 2026-12-04 05:59 in Europe/London",
        ),
        (
            "2026-12-04T06:00Z",
            "node:22 web, worker",
            "on Fri 2026-12-04 22:00 UTC, Fri 2026-12-04 22:00 in Europe/London",
        ),
        (
            "2026-12-24T00:00Z",
            "node:22 web, worker",
            "on Sun 2027-01-03 00:00 UTC, Sun 2027-01-03 00:00 in Europe/London",
        ),
        // In summer the evening of London is earlier.
        (
            "2027-06-16T12:00+02:00",
            "node:22 web, worker",
            "on Wed 2027-06-16 21:00 UTC, Wed 2027-06-16 22:00 in Europe/London",
        ),
        // Two days, and then the Sunday: also one whose hour is missing, and one that has it twice.
        ("2026-12-03T12:00Z", "node:22 api", "on Sun 2026-12-06 01:00 UTC, Sun 2026-12-06 01:00 in Europe/London"),
        ("2026-12-04T05:59Z", "node:22 api", "on Sun 2026-12-13 01:00 UTC, Sun 2026-12-13 01:00 in Europe/London"),
        ("2027-03-25T12:00Z", "node:22 api", "on Sun 2027-04-04 00:00 UTC, Sun 2027-04-04 01:00 in Europe/London"),
        ("2027-10-28T12:00Z", "node:22 api", "on Sun 2027-10-31 00:00 UTC, Sun 2027-10-31 01:00 in Europe/London"),
        ("2027-10-29T01:30Z", "node:22 api", "on Sun 2027-10-31 01:30 UTC, Sun 2027-10-31 01:30 in Europe/London"),
        // A zone in which the day is another.
        ("2026-12-03T12:00Z", "alpine:3 web", "on Sun 2026-12-06 13:00 UTC, Mon 2026-12-07 00:00 in Australia/Sydney"),
    ] {
        assert_eq!(begin(&folder, at, who), begins, "{at} {who}");
    }
    assert_eq!(folder.files(), before, "nothing is written");
}

#[test]
fn delays_of_both_kinds_are_told_with_their_reason() {
    let folder = Folder::of("delay");
    let run = folder.run(&["synth", "--at", "2026-12-03T11:00:30Z", "--locked", "--images", "images.yaml"]);
    insta::assert_snapshot!(run.stdout, @"
    if its base moved on Thu 2026-12-03 11:00:30 UTC and not again, a rebuild would begin
      alpine:3 web    on Fri 2026-12-04 23:00:30 UTC (36 hours after a new digest)
      node:22 soon    on Thu 2026-12-03 11:00:30 UTC (at each new digest)
      node:22 api     on Sat 2026-12-05 11:00:30 UTC (after 2 days without a newer digest)
      node:22 web     on Sun 2026-12-06 11:00:30 UTC (3 days after a new digest)
      node:22 worker  on Sun 2026-12-06 11:00:30 UTC (3 days after a new digest, within Sat-Sun in UTC)
    ");
    let by_hand = Folder::of("cascade").run(&["synth", "--at", "now", "--locked", "--images", "images.yaml"]).stdout;
    assert!(by_hand.contains("\n  node:22 by-hand "), "{by_hand}");
    assert!(by_hand.contains(" when somebody promotes it\n"), "{by_hand}");
}

/// The time of `together` is from the Promotion on: after a time of quiet, beside a fixed delay, before the window.
#[test]
fn a_rebuild_for_several_bases_waits_for_the_others() {
    let folder = Folder::with(
        r#"
defaults: {trigger: perImage, together: 15m}
images:
- {name: web, repository: acme/web, source: {repo: acme/web}, baseImages: ["node:22", "debian:12"]}
- {name: one, repository: acme/one, source: {repo: acme/one}, baseImages: ["node:22"]}
- {name: each, repository: acme/each, source: {repo: acme/each}, baseImages: ["node:22", "debian:12"], trigger: perBase}
- {name: quiet, repository: acme/quiet, source: {repo: acme/quiet}, baseImages: ["node:22", "debian:12"], rebuildDelay: 1d}
- {name: fixed, repository: acme/fixed, source: {repo: acme/fixed}, baseImages: ["node:22", "debian:12"], delay: {mode: fixed, for: 2h}}
- {name: short, repository: acme/short, source: {repo: acme/short}, baseImages: ["node:22", "debian:12"], delay: {mode: fixed, for: 5m}}
- {name: night, repository: acme/night, source: {repo: acme/night}, baseImages: ["node:22", "debian:12"], schedule: {timezone: UTC, allow: ["Mon-Sun 11:10-11:50"]}}
- {name: hand, repository: acme/hand, source: {repo: acme/hand}, baseImages: ["node:22", "debian:12"], autoRebuild: false}
"#,
    );
    for (who, begins) in [
        ("node:22 web", "on Thu 2026-12-03 11:15 UTC"),
        ("node:22 each, one", "on Thu 2026-12-03 11:00 UTC"),
        ("node:22 quiet", "on Fri 2026-12-04 11:15 UTC"),
        ("node:22 fixed", "on Thu 2026-12-03 13:00 UTC"),
        ("node:22 short", "on Thu 2026-12-03 11:15 UTC"),
        ("node:22 night", "on Thu 2026-12-03 11:15 UTC"),
        ("node:22 hand", "when somebody promotes it"),
    ] {
        assert_eq!(begin(&folder, "2026-12-03T11:00Z", who), begins, "{who}");
    }
    assert_eq!(
        begin(&folder, "2026-12-03T11:40Z", "node:22 night"),
        "on Fri 2026-12-04 11:10 UTC",
        "the window is over"
    );
    let run = folder.run(&["synth", "--at", "2026-12-03T11:00Z", "--locked", "--images", "images.yaml"]);
    assert!(run.stdout.contains(" 11:15 UTC (at each new digest, 15 minutes for other bases)\n"), "{}", run.stdout);
}

#[test]
fn a_time_that_is_none_is_a_wrong_call() {
    for (time, more) in
        [("tomorrow", ""), ("2026-12-04", ""), ("2026-12-04T22:00", ""), ("now", "--check"), ("now", "--stdout")]
    {
        let call: Vec<&str> = ["synth", "--at", time, more].into_iter().filter(|word| !word.is_empty()).collect();
        let run = Folder::of("delay").run(&call);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{call:?}: {}", run.stderr);
        assert!(
            more == "--check" || more == "--stdout" || run.stderr.contains("as in `2026-12-04T22:00Z`"),
            "{}",
            run.stderr
        );
    }
}
