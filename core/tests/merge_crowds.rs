//! Many merges into one contact, undone in any order with edits in between (M6 to M8, D14, D15), against merging what is
//! left afresh: lists grow long, so that records keep parts of them and an undo looks at few of the later merges.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/draw.rs"]
mod draw;

use draw::Draw;
use omnicontact::merge::{Choices, CreatedAt, Side, combine};
use omnicontact::workspace::{Call, Command, Outcome, Settings, Told, Workspace};
use omnicontact::{Contact, ContactId, CustomValue, Edit, Field, Identity, Instant, Profile};

#[derive(Clone)]
enum Step {
    Merge(ContactId, Box<Contact>, Choices),
    Edit(Edit),
}

fn run(workspace: &mut Workspace, command: Command) -> Outcome {
    let mut random = [0; 10];
    random[..8].copy_from_slice(&workspace.sequence().to_be_bytes());
    let at = Instant::from_millis(1_700_000_000_000 + i64::try_from(workspace.sequence()).unwrap()).unwrap();
    workspace.execute(&Call::new(at, random), command).unwrap().outcome
}

fn sorted(contact: &Contact) -> Contact {
    let mut contact = contact.clone();
    contact.phones.sort();
    contact.emails.sort();
    contact.tags.sort();
    contact.identities.sort();
    contact.connections.sort_by(|a, b| a.channel.cmp(&b.channel));
    contact
}

/// Somebody new: much is shared with others, some is his own.
fn somebody(workspace: &mut Workspace, draw: &mut Draw, number: usize) -> ContactId {
    let identity = Identity::new(["wa", "fb", "sms"][draw.below(3)], number.to_string()).unwrap();
    let told = Command::Tell(Told::incoming(identity).into());
    let Outcome::Told { contact, .. } = run(workspace, told) else { unreachable!("nobody holds the identity") };
    let mut edits = vec![Edit::tag(&format!("t{}", draw.below(60))), Edit::tag(&format!("own {number}"))];
    if draw.below(2) == 0 {
        edits.push(Edit::AddPhone(format!("+59399100{:04}", draw.below(80)).into()));
    }
    if draw.below(2) == 0 {
        edits.push(Edit::AddEmail(format!("{}@b.co", draw.below(80)).into()));
    }
    if draw.below(3) == 0 {
        edits.push(Edit::set(Field::Company, &format!("company {number}")));
    }
    if draw.below(3) == 0 {
        let value = Some(CustomValue::Text(format!("{number}").into()));
        edits.push(Edit::SetCustom { name: format!("c{}", draw.below(50)).into(), value });
    }
    run(workspace, Command::Edit { contact, edits });
    contact
}

fn afresh(start: &Contact, steps: &[Step]) -> Contact {
    let mut contact = start.clone();
    for step in steps {
        match step {
            Step::Merge(_, theirs, choices) => contact = combine(&contact, theirs, choices, CreatedAt::Primary),
            Step::Edit(edit) => edit.apply(&mut contact).unwrap(),
        }
    }
    contact
}

#[test]
fn what_is_left_is_as_if_the_undone_merges_had_never_happened() {
    for seed in 1..=4_u64 {
        let mut draw = Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let at = Instant::from_millis(1_700_000_000_000).unwrap();
        let (mut workspace, _) = Workspace::open(Settings::new("UTC"), at).unwrap();
        let profile = if seed % 2 == 0 { Profile::named("Ana") } else { Profile::default() };
        let added = run(&mut workspace, Command::AddContact { profile: profile.into(), origin: None });
        let Outcome::Added { contact: ana } = added else { unreachable!("there is no limit") };
        let start = workspace.contact(ana).unwrap().clone();
        let mut steps: Vec<Step> = Vec::new();
        for number in 0..160_usize {
            match draw.below(if number < 100 { 10 } else { 5 }) {
                kind @ (0..2 | 5..10) => {
                    let secondary = somebody(&mut workspace, &mut draw, number);
                    let theirs = Box::new(workspace.contact(secondary).unwrap().clone());
                    let mut choices = Choices::default();
                    if kind == 0 {
                        choices = choices.side(Field::Phone, Side::Secondary).side(Field::Company, Side::Secondary);
                    }
                    let chosen = Box::new(choices.clone());
                    run(&mut workspace, Command::Merge { primary: ana, secondaries: vec![secondary], choices: chosen });
                    steps.push(Step::Merge(secondary, theirs, choices));
                }
                2 => {
                    let edit = match draw.below(3) {
                        0 => Edit::tag(&format!("edit {number}")),
                        1 => Edit::AddPhone(format!("+59399200{number:04}").into()),
                        _ => Edit::set(Field::Company, &format!("edit {number}")),
                    };
                    run(&mut workspace, Command::Edit { contact: ana, edits: vec![edit.clone()] });
                    steps.push(Step::Edit(edit));
                }
                _ => {
                    let merges = |step: &Step| matches!(step, Step::Merge(..));
                    let places: Vec<usize> = (0..steps.len()).filter(|at| merges(&steps[*at])).collect();
                    if !places.is_empty() {
                        let Step::Merge(secondary, theirs, _) = steps.remove(places[draw.below(places.len())]) else {
                            unreachable!("only merges were looked for")
                        };
                        let outcome = run(&mut workspace, Command::Unmerge { primary: ana, secondary });
                        assert_eq!(outcome, Outcome::Unmerged { primary: ana, secondary });
                        assert_eq!(workspace.contact(secondary).unwrap(), &*theirs, "seed {seed}, {number}");
                    }
                }
            }
            if draw.below(20) == 0 {
                workspace = Workspace::restore(&workspace.snapshot().unwrap()).unwrap();
            }
            let expected = afresh(&start, &steps);
            let now = workspace.contact(ana).unwrap();
            assert_eq!(sorted(now), sorted(&expected), "seed {seed}, {number}");
        }
        let rest: Vec<ContactId> = steps
            .iter()
            .filter_map(|step| match step {
                Step::Merge(secondary, ..) => Some(*secondary),
                Step::Edit(_) => None,
            })
            .collect();
        for secondary in rest {
            run(&mut workspace, Command::Unmerge { primary: ana, secondary });
            steps.retain(|step| !matches!(step, Step::Merge(other, ..) if *other == secondary));
            let now = sorted(workspace.contact(ana).unwrap());
            assert_eq!(now, sorted(&afresh(&start, &steps)), "seed {seed}, {} left", steps.len());
        }
    }
}
