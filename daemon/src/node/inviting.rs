//! Codes: made here, kept in memory only, and answered at the porch. The first grant uses a code up;
//! the same device asking again gets the same answer.

use std::collections::BTreeMap;

use beffroi_api::problem::Cause;
use beffroi_api::request::{CreateInvite, Role as ApiRole};
use beffroi_records::{Created, Kind, Part, Source, Values, Writing, create};
use beffroi_store::Batch;
use beffroi_trust::invite::{
    Claim, InviteCode, InviteKeys, Joiner, PorchRefusal, PorchReply, Welcome,
};
use beffroi_trust::{Act, DeviceId, EntryId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::authoring::{Authoring, internal};
use super::founding::stamped;
use super::waiting::Kept;
use super::{Node, roles};
use crate::clock::now_ms;
use crate::dice;
use crate::failure::Outcome;
use crate::view::{post_uuid, shared_doc};

/// Codes open at once: more than a command post hands out in an afternoon, and a bound on memory.
const OPEN_MAX: usize = 64;
/// The longest life of a code: who guesses offline needs centuries, who overhears it needs hours.
const LIFE_S_MAX: u64 = 7 * 24 * 3600;

/// A code this daemon answers to.
pub(crate) struct OpenInvite {
    pub(crate) keys: InviteKeys,
    pub(crate) role: ApiRole,
    pub(crate) people: bool,
    pub(crate) until_ms: u64,
    pub(crate) state: State,
}

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Waits for its joiner.
    Open,
    /// A device was let in by this grant.
    Used(DeviceId, EntryId),
    /// Taken back.
    Cancelled,
}

/// The codes of this daemon's life, by the act that announced them.
#[derive(Default)]
pub(crate) struct Invites {
    pub(crate) known: BTreeMap<EntryId, OpenInvite>,
}

impl Invites {
    /// Whether somebody may still come.
    pub(crate) fn any_open(&self, now_ms: u64) -> bool {
        self.known
            .values()
            .any(|invite| invite.state == State::Open && invite.until_ms > now_ms)
    }
}

/// How a joiner names itself, sealed for who made the code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) name: String,
    pub(crate) code: String,
}

/// A code, to be said once.
pub(crate) struct Invited {
    pub(crate) id: EntryId,
    pub(crate) code: String,
    pub(crate) until_ms: u64,
    pub(crate) kept: Kept,
}

impl Node {
    /// Announces a code whose keys were stretched elsewhere (half a second).
    pub(crate) fn invite(
        &mut self,
        request: &CreateInvite,
        code: &InviteCode,
        keys: InviteKeys,
    ) -> Outcome<Invited> {
        let now = now_ms();
        self.invites
            .known
            .retain(|_, invite| invite.until_ms > now || matches!(invite.state, State::Used(..)));
        if self.invites.known.len() >= OPEN_MAX {
            return Err(Cause::TooManyRequests {}.into());
        }
        if request.people && matches!(request.role, ApiRole::Observer | ApiRole::Relay) {
            return Err(Cause::PeopleNotForRole {}.into());
        }
        let until_ms = now.saturating_add(request.expires_s.min(LIFE_S_MAX) * 1000);
        let act = Act::Invite {
            key: keys.id(),
            role: roles::carried(request.role),
            rings: roles::rings(request.role, request.people),
            until_ms,
        };
        let (ids, kept) = self.act(vec![act])?;
        let id = *ids.first().ok_or(Cause::Internal {})?;
        let invite = OpenInvite {
            keys,
            role: request.role,
            people: request.people,
            until_ms,
            state: State::Open,
        };
        self.invites.known.insert(id, invite);
        self.open_porch();
        Ok(Invited {
            id,
            code: code.text().to_string(),
            until_ms,
            kept,
        })
    }

    /// Takes a code back.
    pub(crate) fn cancel_invite(&mut self, id: &EntryId) -> Outcome<()> {
        let unknown = || Cause::InviteUnknown {
            invite: id.to_string(),
        };
        let invite = self.invites.known.get_mut(id).ok_or_else(unknown)?;
        match invite.state {
            State::Open => {
                invite.state = State::Cancelled;
                self.close_porch_if_idle();
                Ok(())
            }
            State::Used(..) | State::Cancelled => Err(Cause::InviteEnded {}.into()),
        }
    }

    /// Answers a claim at the porch: at once when it is refused or was answered before, else when the
    /// grant is on the disk.
    pub(super) fn claimed(&mut self, token: u64, claim: Claim) {
        // A used code is the last open one, perhaps: whoever asked must still hear the answer, and may
        // ask again.
        self.keep_porch_open();
        match self.admit(&claim) {
            Ok(Admitted {
                invite,
                grant,
                kept,
            }) => {
                let node = self.handle.clone();
                tokio::spawn(async move {
                    if matches!(kept.await, Ok(Ok(()))) {
                        let answer =
                            move |node: &mut Node| node.welcome(token, &claim, &invite, &grant);
                        let _ = node.ask(answer).await;
                    }
                });
            }
            Err(refusal) => self.answer_porch(token, &PorchReply::Refused(refusal)),
        }
    }

    fn admit(&mut self, claim: &Claim) -> Result<Admitted, PorchRefusal> {
        let now = now_ms();
        let found = self
            .invites
            .known
            .iter()
            .find(|(_, invite)| invite.keys.id() == claim.invite());
        let (id, invite) = found.ok_or(PorchRefusal::OtherInviter)?;
        let joiner = claim
            .open(&invite.keys)
            .map_err(|_| PorchRefusal::NotProven)?;
        let (id, role, people) = (*id, invite.role, invite.people);
        match invite.state {
            State::Used(device, grant) if device == joiner.device => {
                let kept = self.waiting.for_entries([]);
                Ok(Admitted {
                    invite: id,
                    grant,
                    kept,
                })
            }
            State::Used(..) => {
                tracing::warn!(invite = %id, "a second device asks with a code that was used");
                Err(PorchRefusal::CodeUsed)
            }
            State::Cancelled => Err(PorchRefusal::CodeExpired),
            State::Open if invite.until_ms <= now => Err(PorchRefusal::CodeExpired),
            State::Open => {
                // Who knows the code may still send rubbish: that is his fault, not ours.
                let label = postcard::from_bytes(&joiner.label);
                let label: Label = label.map_err(|_| PorchRefusal::NotProven)?;
                let admitted = self.grant(id, &joiner, &label, role, people);
                admitted.map_err(|failure| {
                    tracing::error!(?failure, "a newcomer could not be let in");
                    PorchRefusal::Busy
                })
            }
        }
    }

    /// The grant, the ring keys and the name of a newcomer.
    fn grant(
        &mut self,
        invite: EntryId,
        joiner: &Joiner,
        label: &Label,
        role: ApiRole,
        people: bool,
    ) -> Outcome<Admitted> {
        let living = self.living.as_ref().ok_or_else(|| self.absent())?;
        let me = living.me();
        let rings = roles::rings(role, people);
        let handouts = living.hand_out(joiner.device, joiner.seal, &rings);
        let post = named(&me, joiner.device, label)?;
        let grant = Act::Grant {
            device: joiner.device,
            seal: joiner.seal,
            role: roles::carried(role),
            rings,
            invite: Some(invite),
        };
        let (ids, _) = self.act([vec![grant], handouts].concat())?;
        let grant = *ids.first().ok_or(Cause::Internal {})?;
        if let Some(invite) = self.invites.known.get_mut(&invite) {
            invite.state = State::Used(joiner.device, grant);
        }
        // The name comes last, so whoever has it has the grant and the keys before it.
        let kept = self.author(post)?;
        Ok(Admitted {
            invite,
            grant,
            kept,
        })
    }

    fn welcome(&mut self, token: u64, claim: &Claim, invite: &EntryId, grant: &EntryId) {
        let addresses = self.main_addresses();
        let reply = self.living.as_ref().and_then(|living| {
            let chain = self.chain_entries(living, grant)?;
            let keys = &self.invites.known.get(invite)?.keys;
            Some(Welcome::new(
                keys,
                claim,
                &living.genesis,
                &chain,
                &addresses,
                dice::bytes(),
            ))
        });
        match reply {
            Some(Ok(welcome)) => self.answer_porch(token, &PorchReply::Welcome(welcome)),
            Some(Err(error)) => {
                tracing::error!(%error, "a welcome could not be made");
                self.answer_porch(token, &PorchReply::Refused(PorchRefusal::Busy));
            }
            None => {
                tracing::error!("the grant of a newcomer cannot be read back");
                self.answer_porch(token, &PorchReply::Refused(PorchRefusal::Busy));
            }
        }
    }
}

struct Admitted {
    invite: EntryId,
    grant: EntryId,
    kept: Kept,
}

/// The document that names a newcomer, written by who let it in.
fn named(me: &DeviceId, device: DeviceId, label: &Label) -> Outcome<Authoring> {
    let time_ms = now_ms();
    let values: Values = [("name", &label.name), ("code", &label.code)]
        .map(|(k, v)| (k.to_owned(), Value::from(v.as_str())))
        .into();
    let writing = Writing {
        time_ms,
        operation: None,
        number: None,
        created: Created::default(),
        source: Source::Manual,
    };
    let id = post_uuid(&device);
    let raw = create(Kind::Post, Part::Shared, id, &values, &writing)
        .map_err(|error| internal(&error))?;
    Ok(Authoring {
        items: vec![stamped(me, shared_doc(Kind::Post, id), raw)?],
        time_ms,
        notes: Batch::new(),
    })
}
