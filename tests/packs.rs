//! What the built-in pack promises. That its examples hold is `check`'s to say.

use triage::Packs;

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
