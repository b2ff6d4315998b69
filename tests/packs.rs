//! Every built-in pack proves itself: its own examples, through the real engine.

use triage::answer::Gate;
use triage::{Packs, Status, Ticket, Triage};

#[test]
fn every_example_of_every_built_in_pack_holds() {
    assert_examples_hold(&Packs::builtin().unwrap());
}

#[test]
fn the_pack_that_the_docs_build_holds() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/packs/good/parcels.toml");
    assert_examples_hold(&Packs::load(&[path.to_owned()]).unwrap());
}

fn assert_examples_hold(packs: &Packs) {
    let triage = Triage::new(packs.clone()).unwrap();
    let mut worker = triage.worker();
    let mut wrong = Vec::new();
    for pack in packs.iter() {
        for issue in &pack.issues {
            for text in &issue.tests.accept {
                let answer = worker.answer(&Ticket { body: &text.value, ..Ticket::default() });
                let found = answer.issue.map(|issue| issue.id.as_str());
                if answer.status != Status::Matched || found != Some(&issue.id) {
                    wrong.push(format!(
                        "{}: came out as {} {found:?}, not as {}",
                        text.place(),
                        answer.status,
                        issue.id
                    ));
                }
            }
            for text in &issue.tests.reject {
                let answer = worker.answer(&Ticket { body: &text.value, ..Ticket::default() });
                let reaches = answer.candidates.iter().any(|candidate| {
                    candidate.issue.id == issue.id
                        && candidate.gate == Gate::Open
                        && candidate.points >= issue.threshold
                });
                if reaches {
                    wrong.push(format!("{}: came out as {}", text.place(), issue.id));
                }
            }
        }
        for guard in &pack.guards {
            for (texts, want) in [(&guard.tests.accept, true), (&guard.tests.reject, false)] {
                for text in texts {
                    let answer = worker.answer(&Ticket { body: &text.value, ..Ticket::default() });
                    let raised = answer.guards().any(|raised| raised.id == guard.id);
                    if raised != want {
                        wrong.push(format!(
                            "{}: guard {} raised: {raised}",
                            text.place(),
                            guard.id
                        ));
                    }
                    if raised && answer.status != Status::Review {
                        wrong.push(format!("{}: guarded, and yet {}", text.place(), answer.status));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_issue_and_guard_brings_enough_proof_and_a_source() {
    for pack in Packs::builtin().unwrap().iter() {
        assert!(pack.issues.len() >= 8 && pack.guards.len() >= 4);
        let issues = pack.issues.iter().map(|issue| (&issue.id, &issue.tests));
        for (id, tests) in issues.chain(pack.guards.iter().map(|guard| (&guard.id, &guard.tests))) {
            assert!(
                tests.accept.len() >= 5 && tests.reject.len() >= 5,
                "{id} has too few examples"
            );
        }
        for fix in &pack.fixes {
            assert!(
                !fix.steps.is_empty() && !fix.tried.is_empty() && fix.source.is_some(),
                "{}",
                fix.id
            );
        }
        assert!(
            pack.fixes
                .iter()
                .all(|fix| { fix.steps.iter().all(|step| !step.contains("Settings > Messages")) })
        );
    }
}

#[test]
fn the_fixed_ids_are_there() {
    let packs = Packs::builtin().unwrap();
    let pack = packs.iter().find(|pack| pack.id == "apple-messaging").unwrap();
    let mut ids: Vec<&str> = pack.issues.iter().map(|issue| issue.id.as_str()).collect();
    ids.sort_unstable();
    let issues = [
        "activation-sms",
        "duplicate-number",
        "facetime-calls-fail",
        "green-bubbles",
        "messages-not-delivered",
        "sends-from-email",
        "sign-in-problem",
        "waiting-for-activation",
    ];
    assert_eq!(ids, issues);
    let mut ids: Vec<&str> = pack.fixes.iter().map(|fix| fix.id.as_str()).collect();
    ids.sort_unstable();
    let fixes = [
        "check-network-and-sms",
        "online-activation",
        "re-register",
        "remove-inactive-sim",
        "reselect-number",
        "sign-out-and-in",
        "update-ios",
        "use-facetime-audio",
        "wait-24-hours",
    ];
    assert_eq!(ids, fixes);
    let mut ids: Vec<&str> = pack.guards.iter().map(|guard| guard.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["legal", "safety", "security", "sim-swap"]);
}
