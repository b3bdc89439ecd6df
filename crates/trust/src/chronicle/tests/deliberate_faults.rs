//! Twelve deliberate faults in the rules: each must break a property, and the agreement with the
//! plain model, or those could not fail.

use super::properties::{PROPERTIES, agrees_with_the_model, run};
use crate::faults::{Fault, with};

/// What the fault makes of a property over so many worlds that it must break.
fn broken(property: &str, fault: Fault) -> Result<(), String> {
    let (_, property) = PROPERTIES
        .iter()
        .find(|(name, _)| *name == property)
        .unwrap();
    with(Some(fault), || run(*property, 0..3_000))
}

macro_rules! faults {
    ($($name:ident: $fault:ident breaks $property:literal,)*) => {$(
        #[test]
        fn $name() {
            let result = broken($property, Fault::$fault);
            eprintln!("{result:?}");
            assert!(result.is_err(), "the property does not see it");
        }
    )*};
}

faults! {
    m1_equals_may_revoke_each_other: EqualsMayRevoke breaks "rank_bounds_power",
    m2_a_withdrawal_cuts_nothing: NoCut breaks "cut_off_is_inert",
    m3_the_grant_is_not_checked: GrantUnchecked breaks "cut_off_is_inert",
    m4_the_withdrawal_is_not_checked: RevokeUnchecked breaks "cut_off_is_inert",
    m5_a_change_of_anyone_calls_in: AnyoneCallsIn breaks "cut_off_is_inert",
    m6_a_keep_of_anyone_adopts: AnyoneAdopts breaks "cut_off_is_inert",
    m7_operators_may_act: OperatorsAct breaks "only_coordinators_act",
    m8_the_device_is_not_checked: DeviceUnchecked breaks "cut_off_is_inert",
    m9_a_cut_by_position: CutByPosition breaks "cut_off_is_inert",
    m10_called_in_by_entry: EntryCalledIn breaks "readers_agree",
    m11_present_standing_lets_in: PresentStandingAdmits breaks "set_decides",
    m12_the_past_of_acts_runs_through_contents: PastThroughContents
        breaks "content_never_changes_standing",
}

#[test]
fn without_a_fault_nothing_is_caught() {
    for (name, property) in PROPERTIES {
        assert_eq!(run(*property, 0..100), Ok(()), "{name}");
    }
}

#[test]
fn the_plain_model_sees_every_fault_in_the_chronicle() {
    use Fault::{
        AnyoneAdopts, CutByPosition, DeviceUnchecked, EqualsMayRevoke, GrantUnchecked, NoCut,
        OperatorsAct, PastThroughContents, PresentStandingAdmits, RevokeUnchecked,
    };
    for fault in [
        EqualsMayRevoke,
        NoCut,
        GrantUnchecked,
        RevokeUnchecked,
        AnyoneAdopts,
        OperatorsAct,
        DeviceUnchecked,
        CutByPosition,
        PresentStandingAdmits,
        PastThroughContents,
    ] {
        let seen = with(Some(fault), || run(agrees_with_the_model, 0..500));
        assert!(seen.is_err(), "{fault:?} agrees with the model");
    }
}
