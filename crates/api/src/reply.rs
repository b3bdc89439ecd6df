//! What the daemon answers, one type for each endpoint.
//!
//! Times are RFC 3339 in UTC. What is not known is `null`, never 0.

pub mod bundle;
pub mod journal;
pub mod keys;
pub mod members;
pub mod membership;
pub mod phones;
pub mod private;
pub mod record;
pub mod status;
pub mod transfer;

pub use bundle::{BundleRead, BundleReceiptShown, BundleShown, BundleWritten, Refused};
pub use journal::{Finding, FindingKind, Journal, JournalChain, JournalCount, JournalJudged};
pub use keys::{Keys, PassphraseChanged};
pub use members::{
    Adopted, CouldRead, LetIn, Member, MemberChanged, MemberDetail, MemberStatus, Members, Revoked,
    RootUsed, WithdrawalSummary,
};
pub use membership::{
    Invite, InviteState, InviteSummary, Invites, JoinedTerritory, OperationSummary, PostSummary,
    RootSheet, SheetsConfirmed, Territory, TerritoryCreated,
};
pub use phones::{PhoneSession, Phones, PhonesEnded, PhonesOn};
pub use private::{Forgotten, Opening, Openings, OperationClosed, PrivateEdited, PrivateReply};
pub use record::{
    Conflict, ConflictValue, Conflicts, Edited, FieldChange, History, HistoryChange, RecordList,
    RecordReply,
};
pub use status::{
    CarriedByHand, Digest, Doctor, Peer, PeerAdded, PeerRemoved, PeerState, Peers, PostStatus,
    Status, Synced, TerritoryName, TypedAddress, Version, Via,
};
pub use transfer::{ImportNote, ImportReport, Rejected};
