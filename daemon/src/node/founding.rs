//! Founding a territory: keys, three roots, the founder's grant, the first ring keys, the names of post
//! and territory, and a first operation, so that the next command works.

use std::collections::BTreeMap;

use beffroi_api::problem::{Cause, FieldCode};
use beffroi_api::request::CreateTerritory;
use beffroi_records::{Created, Kind, Part, Source, Values, Writing, create};
use beffroi_store::Batch;
use beffroi_sync::Input as SyncInput;
use beffroi_trust::ids::{RING_COMMON, RING_PEOPLE};
use beffroi_trust::ring_keys::hand_out;
use beffroi_trust::{Act, DeviceId, DocId, Genesis, KeystoreKey, Payload, RingKeys, RingSecret};
use beffroi_trust::{Role, Roots};
use serde_json::{Value, json};
use uuid::Uuid;

use super::authoring::{Authoring, internal};
use super::locking::unsaved;
use super::waiting::Kept;
use super::{GENESIS, Node, SETTINGS};
use crate::clock::{now_ms, rfc3339};
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::vault::Vault;
use crate::view::{post_uuid, shared_doc, territory_uuid};

/// What the founder takes away: only here, and never again.
pub(crate) struct Founded {
    pub(crate) roots: Roots,
    pub(crate) operation: Uuid,
    /// All of it is on the disk.
    pub(crate) kept: Vec<Kept>,
}

impl Node {
    /// Founds a territory and makes this device its first coordinator.
    /// `key` is the passphrase of the keys, stretched elsewhere.
    pub(crate) fn found(
        &mut self,
        request: &CreateTerritory,
        key: Option<KeystoreKey>,
    ) -> Outcome<Founded> {
        self.refuse_locked()?;
        if let Some(living) = &self.living {
            return Err(Cause::InTerritoryAlready {
                territory: living.genesis.name().into(),
            }
            .into());
        }
        self.refuse_in_trouble()?;
        check_code(&request.code)?;
        if request.name.trim().is_empty() || request.post.trim().is_empty() {
            let field = if request.name.trim().is_empty() {
                "name"
            } else {
                "post"
            };
            return Err(Failure::field(field, FieldCode::Empty));
        }
        let roots = Roots::from_seeds(&[dice::bytes(), dice::bytes(), dice::bytes()]);
        let genesis = Genesis::new(request.name.trim(), now_ms(), &roots.ids(), dice::bytes())
            .map_err(|_| Failure::field("name", FieldCode::TooLong))?;
        let vault = Vault::create(&self.folder, key).map_err(|error| unsaved(&error))?;
        let mut rings = RingKeys::new();
        for ring in [RING_COMMON, RING_PEOPLE] {
            rings.insert(ring, RingSecret::from_bytes(&dice::bytes()));
        }
        vault.save(&rings).map_err(|error| internal(&error))?;
        self.come_alive(genesis, vault, rings)?;
        let mut kept = self.first_acts(&roots)?;
        let operation = dice::uuid(now_ms());
        kept.push(self.first_records(request, operation)?);
        Ok(Founded {
            roots,
            operation,
            kept,
        })
    }

    /// The grant by a root, and the ring keys sealed to ourselves.
    fn first_acts(&mut self, roots: &Roots) -> Outcome<Vec<Kept>> {
        let living = self.living.as_mut().ok_or(Cause::Internal {})?;
        let (device, seal) = (living.me(), living.keys.seal.public());
        let grant = Act::Grant {
            device,
            seal,
            role: Role::Coordinator,
            rings: vec![RING_COMMON, RING_PEOPLE],
            invite: None,
        };
        let root = roots.0[0].signer();
        let granted = living.act_of_root(&root, &grant)?;
        // The founding statement stands or falls with the first entry.
        let mut notes = Batch::new();
        notes.put(SETTINGS, GENESIS, &living.genesis.encode());
        if let Some(staged) = living.staged.get_mut(&granted.id()) {
            staged.notes = notes;
        }
        let parcels: Vec<_> = living.parcel(&granted).into_iter().collect();
        let to: BTreeMap<DeviceId, [u8; 32]> = BTreeMap::from([(device, seal)]);
        let handouts: Vec<Act> = living.with_ring_keys(|keys| {
            let each = keys.iter();
            each.flat_map(|(ring, _, key)| {
                hand_out(&living.id, ring, key, &[], &to, &dice::bytes()).acts
            })
            .collect()
        });
        let root_kept = self.waiting.for_entries([granted.id()]);
        self.sync(SyncInput::Authored(parcels));
        let (_, keys_kept) = self.act(handouts)?;
        Ok(vec![root_kept, keys_kept])
    }

    /// The names of post and territory, and the first operation, in one entry.
    fn first_records(&mut self, request: &CreateTerritory, operation: Uuid) -> Outcome<Kept> {
        let living = self.living.as_ref().ok_or(Cause::Internal {})?;
        let (me, territory) = (living.me(), living.id);
        let time_ms = now_ms();
        let words = |pairs: &[(&str, &str)]| -> Values {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
                .collect()
        };
        let post = words(&[("name", request.post.trim()), ("code", &request.code)]);
        let mut place = words(&[("name", request.name.trim())]);
        let mut first = words(&[
            ("name", request.name.trim()),
            ("phase", "standby"),
            ("time_zone", "Europe/Paris"),
        ]);
        first.insert("exercise".into(), json!(false));
        if !request.insee.is_empty() {
            place.insert("area".into(), json!(request.insee));
            first.insert("territory".into(), json!(request.insee));
        }
        // The operation has no number of the post's counter: the first report is the first number said.
        let writing = Writing {
            time_ms,
            operation: None,
            number: None,
            created: Created {
                at: rfc3339(time_ms),
                by: request.code.clone(),
                org: String::new(),
                post: request.code.clone(),
            },
            source: Source::Manual,
        };
        let wanted = [
            (Kind::Post, post_uuid(&me), post),
            (Kind::Territory, territory_uuid(&territory), place),
            (Kind::Operation, operation, first),
        ];
        let mut items = Vec::new();
        for (kind, id, values) in wanted {
            let raw = create(kind, Part::Shared, id, &values, &writing)
                .map_err(crate::service::refused)?;
            items.push(stamped(&me, shared_doc(kind, id), raw)?);
        }
        self.author(Authoring {
            items,
            time_ms,
            notes: Batch::new(),
        })
    }
}

/// A change of ours, bound to us and its document.
pub(crate) fn stamped(me: &DeviceId, doc: DocId, mut raw: Vec<u8>) -> Outcome<(DocId, Payload)> {
    beffroi_trust::guard::stamp(me, &doc, &mut raw).map_err(|bad| internal(&bad))?;
    Ok((doc, Payload::Change(raw.into())))
}

/// 2 to 6 characters, A–Z and 0–9, a letter first (records.md §10).
pub(crate) fn check_code(code: &str) -> Outcome<()> {
    let bytes = code.as_bytes();
    let fits = (2..=6).contains(&bytes.len())
        && bytes[0].is_ascii_uppercase()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if fits {
        Ok(())
    } else {
        Err(Failure::field("code", FieldCode::NotACode))
    }
}
