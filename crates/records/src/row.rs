//! A row: what lists hold of a record in memory. Small, for there are a hundred thousand.

use std::num::NonZeroI64;

use serde_json::Value;
use uuid::Uuid;

use crate::caution::deadline;
use crate::kind::Kind;
use crate::labels::{
    EVENT_TYPE, INCIDENT_STATUS, List, NEED_STATUS, NEED_TYPE, PHASE, PRIORITY, RESOURCE_STATUS,
    RESOURCE_TYPE, SEVERITY, Token, VERIFICATION,
};
use crate::moment::Moment;
use crate::record::Record;

/// What lists need of a record. Values are the cautious ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The record's id.
    pub id: Uuid,
    /// Its kind.
    pub kind: Kind,
    /// The operation to which it belongs.
    pub operation: Option<Uuid>,
    /// Its number; without one its source (`USH:4052`); empty without either.
    pub reference: Box<str>,
    /// Its other numbers and its source.
    pub other_references: Box<[Box<str>]>,
    /// Its title or name.
    pub title: Box<str>,
    /// The label of its place.
    pub place: Box<str>,
    /// Longitude and latitude in hundred-thousandths of a degree.
    point: Option<(i32, i32)>,
    /// Its tags.
    pub tags: Box<[Box<str>]>,
    /// The first eight bytes of the keys of the devices that created it.
    creators: Box<[[u8; 8]]>,
    /// The tokens of the lists, in the order of [`Word`].
    known: [Option<&'static Token>; 4],
    /// Tokens that this version does not know.
    unknown: Box<[(Word, Box<str>)]>,
    /// Boxed, for few have one.
    duplicate_of: Option<Box<Uuid>>,
    /// When it is due, or occurred: an incident's `occurred_at`, a need's deadline, an operation's `activated_at`.
    at_ms: Option<NonZeroI64>,
    /// Claimed time of its creation, in milliseconds since 1970.
    pub created_ms: u64,
    /// Latest claimed time of its changes, in milliseconds since 1970.
    pub updated_ms: u64,
    /// How many fields wait for a person's choice.
    pub conflicts: u16,
    /// True when it was put away.
    pub archived: bool,
    /// True when it was changed by someone who did not know that it had been put away.
    pub changed_after_archive: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Status,
    Type,
    Rank,
    Verification,
}

impl Word {
    const ALL: [Self; 4] = [Self::Status, Self::Type, Self::Rank, Self::Verification];

    /// The field and the list behind a word of this kind of record.
    const fn field(self, kind: Kind) -> Option<(&'static str, &'static List)> {
        match (self, kind) {
            (Self::Status, Kind::Operation) => Some(("phase", &PHASE)),
            (Self::Status, Kind::Incident) => Some(("status", &INCIDENT_STATUS)),
            (Self::Status, Kind::Need) => Some(("status", &NEED_STATUS)),
            (Self::Status, Kind::Resource) => Some(("status", &RESOURCE_STATUS)),
            (Self::Type, Kind::Incident) => Some(("event_type", &EVENT_TYPE)),
            (Self::Type, Kind::Need) => Some(("need_type", &NEED_TYPE)),
            (Self::Type, Kind::Resource) => Some(("resource_type", &RESOURCE_TYPE)),
            (Self::Rank, Kind::Incident) => Some(("severity", &SEVERITY)),
            (Self::Rank, Kind::Need) => Some(("priority", &PRIORITY)),
            (Self::Verification, Kind::Incident) => Some(("verification", &VERIFICATION)),
            (Self::Status | Self::Type | Self::Rank | Self::Verification, _) => None,
        }
    }
}

impl Row {
    /// The row of a record.
    pub fn new(record: &Record) -> Self {
        let mut known = [None; 4];
        let mut unknown: Vec<(Word, Box<str>)> = Vec::new();
        for (slot, word) in known.iter_mut().zip(Word::ALL) {
            let Some((field, list)) = word.field(record.kind) else {
                continue;
            };
            let token = record.text(field);
            *slot = list.token(token);
            if slot.is_none() && !token.is_empty() {
                unknown.push((word, token.into()));
            }
        }
        let mut references: Vec<Box<str>> = record.numbers().into_iter().map(Box::from).collect();
        references.extend(source_reference(record.used("source")));
        let mut references = references.into_iter();
        let created = record
            .field("created")
            .map(|reading| reading.candidates.as_slice())
            .unwrap_or_default();
        Self {
            id: record.id,
            kind: record.kind,
            operation: record.operation(),
            reference: references.next().unwrap_or_default(),
            other_references: references.collect(),
            title: record.title().into(),
            place: record.used("place")["label"]
                .as_str()
                .unwrap_or_default()
                .into(),
            point: record
                .point()
                .map(|(longitude, latitude)| (rounded(longitude), rounded(latitude))),
            tags: record.members("tags").map(Box::from).collect(),
            creators: created
                .iter()
                .map(|candidate| mark(&candidate.origin.author))
                .collect(),
            known,
            unknown: unknown.into_boxed_slice(),
            duplicate_of: Uuid::try_parse(record.text("duplicate_of"))
                .ok()
                .map(Box::new),
            at_ms: at_ms(record).and_then(NonZeroI64::new),
            created_ms: created
                .iter()
                .map(|candidate| candidate.origin.at_ms)
                .min()
                .unwrap_or(record.updated_ms),
            updated_ms: record.updated_ms,
            conflicts: u16::try_from(record.conflicts().count()).unwrap_or(u16::MAX),
            archived: record.is_archived(),
            changed_after_archive: record.changed_after_archive,
        }
    }

    /// Where it stands: `status`, or an operation's `phase`.
    pub fn status(&self) -> &str {
        self.word(Word::Status)
    }

    /// Its type's token; empty when absent.
    pub fn record_type(&self) -> &str {
        self.word(Word::Type)
    }

    /// An incident's `severity`, a need's `priority`; empty when absent.
    pub fn rank(&self) -> &str {
        self.word(Word::Rank)
    }

    /// An incident's `verification`; empty for other kinds.
    pub fn verification(&self) -> &str {
        self.word(Word::Verification)
    }

    /// Longitude and latitude in degrees.
    pub fn point(&self) -> Option<(f64, f64)> {
        self.point
            .map(|(longitude, latitude)| (f64::from(longitude) / 1e5, f64::from(latitude) / 1e5))
    }

    /// When it occurred, or is due: milliseconds since 1970.
    pub fn at_ms(&self) -> Option<i64> {
        self.at_ms.map(NonZeroI64::get)
    }

    /// The incident of which a person said that this one is a duplicate.
    pub fn duplicate_of(&self) -> Option<Uuid> {
        self.duplicate_of.as_deref().copied()
    }

    /// True when this device created it.
    pub fn is_by(&self, device: &[u8; 32]) -> bool {
        self.creators.contains(&mark(device))
    }

    /// Every reference by which people call it.
    pub fn references(&self) -> impl Iterator<Item = &str> {
        let others = self.other_references.iter().map(AsRef::as_ref);
        std::iter::once(self.reference.as_ref())
            .chain(others)
            .filter(|reference| !reference.is_empty())
    }

    fn word(&self, word: Word) -> &str {
        let known = Word::ALL
            .iter()
            .zip(self.known)
            .find(|(candidate, _)| **candidate == word);
        if let Some((_, Some(token))) = known {
            return token.token;
        }
        self.unknown
            .iter()
            .find(|(candidate, _)| *candidate == word)
            .map(|(_, token)| token.as_ref())
            .unwrap_or_default()
    }
}

fn mark(device: &[u8; 32]) -> [u8; 8] {
    let mut mark = [0; 8];
    mark.copy_from_slice(&device[..8]);
    mark
}

/// Hundred-thousandths of a degree: at most 18,000,000, so the cast is exact.
fn rounded(degrees: f64) -> i32 {
    (degrees * 1e5).round() as i32
}

/// How people call an imported row: three letters of its format and its own id, `USH:4052`.
pub(crate) fn source_reference(source: &Value) -> Option<Box<str>> {
    let id = source["id"].as_str().filter(|id| !id.is_empty())?;
    let format = source["format"].as_str().unwrap_or("import");
    let letters = format.chars().filter(char::is_ascii_alphanumeric).take(3);
    let prefix: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    Some(format!("{prefix}:{id}").into_boxed_str())
}

fn at_ms(record: &Record) -> Option<i64> {
    let moment = |name: &str| Moment::parse(record.text(name)).map(|moment| moment.epoch_ms);
    match record.kind {
        Kind::Incident => moment("occurred_at").or_else(|| moment("reported_at")),
        Kind::Operation => moment("activated_at"),
        Kind::Need => {
            let reading = record.field("due")?;
            let claim = reading
                .candidates
                .iter()
                .find(|candidate| candidate.value == reading.used)?;
            let (class, deadline_ms) =
                deadline(&claim.value, i64::try_from(claim.origin.at_ms).ok()?);
            (class < 3).then_some(deadline_ms)
        }
        Kind::Resource | Kind::Post | Kind::Territory => None,
    }
}
