//! What the acts tell that every post should see: an envelope that was opened, a code used twice, a lost
//! device let in again, a device that writes along many lines.

use beffroi_api::finding::FindingCode;
use beffroi_trust::chronicle::Alarm;

use crate::node::Node;

impl Node {
    /// The alarms of the acts, as findings.
    pub(super) fn alarm_findings(&self) -> Vec<FindingCode> {
        let Some(living) = &self.living else {
            return Vec::new();
        };
        let names = living.view.cabinet().names().clone();
        let chronicle = &living.chronicle;
        let (mut findings, mut by_root) = (Vec::new(), 0);
        for alarm in chronicle.alarms() {
            match alarm {
                Alarm::RootActed { .. } => by_root += 1,
                Alarm::CodeUsedTwice { grants, .. } => {
                    let permits = grants
                        .iter()
                        .filter_map(|id| chronicle.standing().permit(id));
                    let posts: Vec<String> =
                        permits.map(|permit| names.shown(&permit.device)).collect();
                    findings.push(FindingCode::CodeUsedTwice {
                        posts: posts.join(", "),
                    });
                }
                Alarm::LostDeviceGranted { device, .. } => findings.push(FindingCode::LostLetIn {
                    post: names.shown(&device),
                }),
                Alarm::ManyForks { author, .. } => findings.push(FindingCode::ManyForks {
                    post: names.shown(&author),
                }),
            }
        }
        // The first act of a root lets the founder in.
        let count = by_root - i64::from(by_root > 0);
        if let Ok(count @ 1..) = u64::try_from(count) {
            findings.push(FindingCode::RootActed { count });
        }
        findings
    }
}
