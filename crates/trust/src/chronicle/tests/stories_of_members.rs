//! Codes, rings, ranks, and who is told what.

use std::collections::BTreeSet;

use super::story::{ALICE, BOB, MALLORY, NINA, OSCAR, ROOT, Story, need};
use super::world::{device, grant, territory, told};
use crate::act::{Act, Role, Sealed, Why};
use crate::chronicle::facts::Substance;
use crate::chronicle::{Alarm, Refusal};
use crate::ids::{Class, DeviceId, DocId, EntryId, Epoch};
use crate::limits::CHAIN_MAX;
use crate::standing::Status;

fn answering(to: u8, invite: EntryId) -> Act {
    let Act::Grant {
        device,
        seal,
        role,
        rings,
        ..
    } = grant(to, Role::Operator, &[1])
    else {
        unreachable!()
    };
    Act::Grant {
        device,
        seal,
        role,
        rings,
        invite: Some(invite),
    }
}

#[test]
fn code_used_twice() {
    let (mut story, alice, bob) = Story::founded();
    let invite = Act::Invite {
        key: DeviceId([77; 32]),
        role: Role::Operator,
        rings: vec![1],
        until_ms: 9,
    };
    let invite = story.acts(ALICE, alice, invite);
    let post = story.post();
    assert_eq!(post.invite(&DeviceId([77; 32])).unwrap().used_by, []);
    let one = story.acts(ALICE, alice, answering(NINA, invite));
    let used = story.post().invite(&DeviceId([77; 32])).unwrap();
    assert!(used.authorised && used.by == device(ALICE));
    assert_eq!(used.used_by, [one]);
    let other = story.acts(BOB, bob, answering(OSCAR, invite));
    let post = story.post();
    assert!(post.standing().stands(&device(NINA)) && post.standing().stands(&device(OSCAR)));
    let mut grants = vec![one, other];
    grants.sort_unstable();
    assert!(
        post.alarms()
            .contains(&Alarm::CodeUsedTwice { invite, grants })
    );
}

#[test]
fn void_grant_holder_is_told_and_readmitted() {
    let (mut story, alice, bob) = Story::founded();
    let given = story.grants(ALICE, alice, NINA, Role::Operator);
    story.writes(NINA, given, need(0), &[]);
    story.revokes(ROOT, territory(), alice, &[]);
    let post = story.post();
    assert_eq!(
        post.standing().member(&device(NINA)).unwrap().status,
        Status::Void
    );
    assert_eq!(post.may_write(&device(NINA), &[(1, 1)]), Err(Refusal::Void));
    assert!(post.knows(&device(NINA)), "her entries stay in the set");
    let again = story.grants(BOB, bob, NINA, Role::Operator);
    let (word, _) = story.writes(NINA, again, need(0), &[]);
    let post = story.post();
    assert_eq!(post.may_write(&device(NINA), &[(1, 1)]), Ok(again));
    assert!(post.counted(&word));
}

#[test]
fn second_grant_of_a_lost_device_alarms() {
    let (mut story, alice, bob) = Story::founded();
    let first = story.grants(ALICE, alice, NINA, Role::Operator);
    story.revokes_because(ALICE, alice, first, &[], Why::Abuse);
    assert!(!alarms_of_loss(&story), "withdrawn is no alarm");
    story.grants(BOB, bob, NINA, Role::Operator);
    assert!(alarms_of_loss(&story));
    let left = story.grants(ALICE, alice, OSCAR, Role::Operator);
    story.revokes_because(ALICE, alice, left, &[], Why::Replaced);
    story.grants(ALICE, alice, OSCAR, Role::Observer);
    let alarms = story.post().alarms();
    let of_oscar = |alarm: &Alarm| matches!(alarm, Alarm::LostDeviceGranted { device: d, .. } if *d == device(OSCAR));
    assert!(!alarms.iter().any(of_oscar), "a change of role is none");
}

fn alarms_of_loss(story: &Story) -> bool {
    let lost = |alarm: &Alarm| matches!(alarm, Alarm::LostDeviceGranted { .. });
    story.post().alarms().iter().any(lost)
}

#[test]
fn an_operators_grant_brings_nobody_into_the_set() {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let invited = story.grants(NINA, nina, MALLORY, Role::Operator);
    let (word, _) = story.writes(MALLORY, invited, need(0), &[]);
    let post = story.post();
    assert!(post.contains(&invited) && !post.standing().authorised(&invited));
    assert!(!post.knows(&device(MALLORY)) && !post.contains(&word));
    assert_eq!(post.park().entries, 1);
}

#[test]
fn a_coordinator_without_people_cannot_give_it() {
    let (mut story, _, bob) = Story::founded();
    let deputy = story.grants_rings(BOB, bob, OSCAR, Role::Coordinator, &[1]);
    let wide = story.grants_rings(OSCAR, deputy, MALLORY, Role::Operator, &[1, 2]);
    let narrow = story.grants_rings(OSCAR, deputy, NINA, Role::Operator, &[1]);
    let post = story.post();
    assert!(!post.standing().authorised(&wide) && post.standing().authorised(&narrow));
    let give = grant(MALLORY, Role::Operator, &[1, 2]);
    assert_eq!(post.may_act(&device(OSCAR), &give), Err(Refusal::Ring(2)));
    assert_eq!(
        post.may_write(&device(NINA), &[(1, 2)]),
        Err(Refusal::Ring(2))
    );
    let readers: Vec<&DeviceId> = post
        .standing()
        .readers(2)
        .map(|(device, _)| device)
        .collect();
    assert_eq!(readers, [&device(ALICE), &device(BOB)]);
}

#[test]
fn roles_write_what_their_poster_says() {
    let (mut story, alice, _) = Story::founded();
    story.grants(ALICE, alice, NINA, Role::Operator);
    story.grants(ALICE, alice, OSCAR, Role::Observer);
    story.grants_rings(ALICE, alice, MALLORY, Role::Relay, &[1]);
    let post = story.post();
    let may = |who: u8, kind: u8| post.may_write(&device(who), &[(kind, 1)]).is_ok();
    let (field, command) = (0x01, 0x81);
    assert!(may(ALICE, field) && may(ALICE, command));
    assert!(may(NINA, field) && !may(NINA, command));
    assert!(!may(OSCAR, field) && !may(MALLORY, field));
    assert_eq!(
        post.may_write(&device(OSCAR), &[(field, 1)]),
        Err(Refusal::Role)
    );
    assert_eq!(
        post.may_write(&device(9), &[(field, 1)]),
        Err(Refusal::Stranger)
    );
    assert_eq!(
        post.may_write(&device(ROOT), &[(field, 1)]),
        Err(Refusal::Stranger)
    );
    let reads = |who: u8| {
        post.standing()
            .member(&device(who))
            .unwrap()
            .rings
            .contains(&1)
    };
    assert!(
        reads(OSCAR) && !reads(MALLORY),
        "a relay carries and reads nothing"
    );
    assert_eq!(
        post.may_write(&device(NINA), &[(field, 1), (command, 1)]),
        Err(Refusal::Role)
    );
}

#[test]
fn nobody_withdraws_an_equal_or_herself() {
    let (mut story, alice, bob) = Story::founded();
    let deputy = story.grants(ALICE, alice, OSCAR, Role::Coordinator);
    let nina = story.grants(BOB, bob, NINA, Role::Operator);
    let post = story.post();
    let may = |by: u8, grant: EntryId| {
        let keep = Vec::new();
        post.may_act(
            &device(by),
            &Act::Revoke {
                grant,
                keep,
                why: Why::Left,
            },
        )
    };
    assert_eq!(may(ALICE, bob), Err(Refusal::Rank));
    assert_eq!(may(ALICE, alice), Err(Refusal::Rank));
    assert_eq!(may(OSCAR, alice), Err(Refusal::Rank));
    assert_eq!(may(ALICE, deputy), Ok(alice));
    assert_eq!(
        may(OSCAR, nina),
        Ok(deputy),
        "a coordinator is above all who are none"
    );
    assert_eq!(may(ROOT, bob), Ok(territory()));
    assert_eq!(may(ROOT, EntryId([5; 32])), Err(Refusal::UnknownGrant));
}

#[test]
fn a_device_is_withdrawn_with_all_its_grants_at_once() {
    let (mut story, alice, bob) = Story::founded();
    let one = story.grants(ALICE, alice, OSCAR, Role::Operator);
    let two = story.grants(BOB, bob, OSCAR, Role::Coordinator);
    let made = story.grants(OSCAR, two, NINA, Role::Operator);
    let (first, _) = story.writes(OSCAR, one, need(0), &[]);
    let (late, _) = story.writes(OSCAR, two, need(0), &[]);
    let post = story.post();
    let seen = |id: &EntryId| *id != late;
    let plan = post
        .withdraw(&device(ALICE), &device(OSCAR), Why::Lost, &seen)
        .unwrap();
    assert_eq!(plan.beyond, [two], "Bob granted the other");
    assert_eq!(plan.granted, [made]);
    let plan = post
        .withdraw(&device(ROOT), &device(OSCAR), Why::Lost, &seen)
        .unwrap();
    assert_eq!(plan.revokes.len(), 2);
    for (cites, act) in plan.revokes {
        story.acts(ROOT, cites, act);
    }
    let post = story.post();
    assert!(!post.standing().stands(&device(OSCAR)));
    assert!(post.counted(&first) && !post.counted(&late));
    assert!(
        post.standing().authorised(&made),
        "what was seen of it stays"
    );
    let again = post.withdraw(&device(ALICE), &device(OSCAR), Why::Lost, &seen);
    assert!(
        again.is_err(),
        "nothing is left to withdraw for one further from the root"
    );
    let stranger = post.withdraw(&device(ROOT), &device(99), Why::Lost, &seen);
    assert_eq!(stranger, Err(Refusal::UnknownGrant));
}

#[test]
fn what_is_kept_may_need_several_revokes() {
    let (mut story, alice, _) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let forks: Vec<EntryId> = (0..300)
        .map(|_| {
            story
                .world
                .write_content(device(NINA), nina, vec![], vec![(need(0), vec![])])
        })
        .collect();
    let plan = story
        .post()
        .withdraw(&device(ALICE), &device(NINA), Why::Lost, &|_| true)
        .unwrap();
    assert_eq!(plan.revokes.len(), 2);
    for (cites, act) in plan.revokes {
        story.acts(ALICE, cites, act);
    }
    let post = story.post();
    assert!(forks.iter().all(|entry| post.counted(entry)), "they unite");
}

#[test]
fn chains_of_grants_end_after_eight() {
    let mut story = Story::default();
    let mut under = territory();
    let mut by = ROOT;
    for to in 1..=10 {
        under = story.grants(by, under, to, Role::Coordinator);
        by = to;
    }
    let post = story.post();
    assert!(post.standing().stands(&device(8)), "the eighth stands");
    assert!(!post.standing().stands(&device(9)) && !post.knows(&device(9)));
    let eighth = post.standing().member(&device(8)).unwrap().cites.unwrap();
    assert_eq!(post.chain(&eighth).len(), CHAIN_MAX);
    let act = grant(50, Role::Operator, &[1]);
    assert_eq!(post.may_act(&device(8), &act), Err(Refusal::Chain));
    assert!(post.may_act(&device(7), &act).is_ok());
}

#[test]
fn fresh_post_with_acts_only_has_final_standing() {
    let (mut story, alice, bob) = Story::founded();
    let nina = story.grants(ALICE, alice, NINA, Role::Operator);
    let (kept, _) = story.writes(NINA, nina, need(0), &[]);
    story.revokes(BOB, bob, nina, &[kept]);
    story.writes(NINA, nina, need(0), &[]);
    let of = |class: Class| {
        let log = story.world.log.iter();
        log.filter(move |facts| facts.class() == class)
            .cloned()
            .collect::<Vec<_>>()
    };
    let fresh = told(&of(Class::Act));
    assert_eq!(fresh.standing(), story.post().standing());
    let mut late = fresh.clone();
    for facts in of(Class::Content) {
        late.place(facts, None);
    }
    assert_eq!(late.standing(), fresh.standing());
    assert!(late.counted(&kept));
}

#[test]
fn a_member_sums_up_her_grants() {
    let (mut story, alice, _) = Story::founded();
    story.grants_rings(ALICE, alice, NINA, Role::Observer, &[1, 2]);
    let wide = story.grants_rings(ALICE, alice, NINA, Role::Operator, &[1]);
    let post = story.post();
    let member = post.standing().member(&device(NINA)).unwrap();
    assert_eq!(
        (member.cites, member.role),
        (Some(wide), Some(Role::Operator))
    );
    assert_eq!(
        member.rings,
        BTreeSet::from([1, 2]),
        "she reads what any of them lets her"
    );
    assert_eq!(member.grants.len(), 2);
    assert_eq!(post.standing().devices().count(), 3);
}

#[test]
fn what_a_rogue_turned_or_erased_beyond_the_cut_has_no_effect() {
    let (mut story, alice, _) = Story::founded();
    let ring_key = |epoch: u8| Act::RingKey {
        ring: 1,
        epoch: Epoch([epoch; 16]),
        replaces: vec![],
        to: vec![(device(NINA), Sealed([0; 80]))],
    };
    let kept = story.acts(ALICE, alice, ring_key(1));
    story.acts(ALICE, alice, ring_key(2));
    let doc = DocId {
        kind: 1,
        ring: 1,
        uuid: [1; 16],
    };
    let forget = Act::Forget {
        doc,
        leaves: vec![],
    };
    let erased = story.acts(ALICE, alice, forget);
    let epochs = |story: &Story| {
        let announced = story.post().announced();
        announced
            .iter()
            .map(|act| act.epoch.0[0])
            .collect::<BTreeSet<u8>>()
    };
    assert_eq!(epochs(&story), BTreeSet::from([1, 2]));
    assert_eq!(story.post().sealed_to(&device(NINA)).len(), 2);
    story.revokes(ROOT, territory(), alice, &[kept]);
    assert_eq!(epochs(&story), BTreeSet::from([1]), "never written with");
    let post = story.post();
    assert!(!post.act(&erased).unwrap().authorised, "cancelled");
    assert_eq!(post.sealed_to(&device(NINA)).len(), 1);
}

#[test]
fn entries_of_a_newer_version_are_carried_without_effect() {
    let (mut story, alice, _) = Story::founded();
    story.grants(ALICE, alice, NINA, Role::Operator);
    let newer = |story: &Story, by: u8, number: u8, class: Class| {
        let mut facts = story.world.log.last().unwrap().clone();
        facts.id = EntryId([number; 32]);
        facts.author = device(by);
        facts.grant = if by == ROOT {
            territory()
        } else {
            EntryId([0; 32])
        };
        facts.substance = Substance::Newer(class);
        facts
    };
    let mut post = story.post();
    let before = post.standing().clone();
    for (by, number, class) in [
        (ROOT, 1, Class::Act),
        (ALICE, 2, Class::Act),
        (NINA, 3, Class::Content),
    ] {
        post.place(newer(&story, by, number, class), None);
        let id = EntryId([number; 32]);
        assert!(post.contains(&id), "in the set, like everywhere");
        assert!(!post.counted(&id) && !post.standing().authorised(&id));
    }
    assert_eq!(*post.standing(), before);
    let act = EntryId([1; 32]);
    assert!(
        post.alarms().contains(&Alarm::RootActed { act }),
        "an envelope is always loud"
    );
}
