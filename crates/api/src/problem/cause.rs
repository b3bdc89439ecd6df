//! Why a request was not done: one variant for each sentence.

use super::Code;
use crate::texts::Argument;

macro_rules! causes {
    ($($(#[$doc:meta])* $variant:ident = $key:literal, $code:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),*
    })*) => {
        /// Why a request was not done.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Cause {
            $($(#[$doc])* $variant { $($(#[$field_doc])* $field: $type),* },)*
        }

        impl Cause {
            /// The code it is answered with.
            #[must_use]
            pub const fn code(&self) -> Code {
                match self { $(Cause::$variant { .. } => Code::$code,)* }
            }

            /// What its sentences are kept under.
            pub(crate) const fn key(&self) -> &'static str {
                match self { $(Cause::$variant { .. } => $key,)* }
            }

            /// What its sentences mention.
            pub(crate) fn arguments(&self) -> Vec<Argument<'_>> {
                match self {
                    $(Cause::$variant { $($field),* } => {
                        vec![$((stringify!($field), $field.clone().into())),*]
                    })*
                }
            }

            /// Every key with the variables its sentences may take.
            #[cfg(test)]
            pub(crate) const KEYS: &'static [(&'static str, &'static [&'static str])] =
                &[$(($key, &[$(stringify!($field)),*])),*];

            /// The code of every cause.
            #[cfg(test)]
            pub(crate) const CODES: &'static [Code] = &[$(Code::$code),*];
        }
    };
}

causes! {
    /// The body is not the JSON asked for.
    BodyUnreadable = "body_unreadable", BadRequest {
        /// What the reader stumbled on.
        error: String
    }
    /// A parameter of the query or path is not one of those allowed.
    ParameterUnreadable = "parameter_unreadable", BadRequest {
        /// Its name.
        name: String,
        /// What was sent.
        value: String
    }
    /// The invite code has a wrong length, letter or check character.
    InviteMistyped = "invite_mistyped", BadRequest {}
    /// The address is no multiaddress of a kind we dial.
    AddressUnreadable = "address_unreadable", BadRequest {
        /// What was typed.
        address: String
    }
    /// A body over its limit.
    BodyTooLarge = "body_too_large", TooLarge {
        /// The limit, in KiB.
        limit: u64
    }
    /// A file over its limit.
    FileTooLarge = "file_too_large", TooLarge {
        /// The limit, in MiB.
        limit: u64
    }
    /// A body of another type than JSON.
    TypeUnsupported = "type_unsupported", UnsupportedType {
        /// The type sent.
        sent: String
    }
    /// A format we neither read nor write.
    FormatUnsupported = "format_unsupported", UnsupportedType {
        /// The format asked for.
        format: String,
        /// Those there are.
        known: String
    }
    /// Several kinds for a format whose files hold one.
    OneKindAFile = "one_kind_a_file", BadRequest {
        /// The format asked for.
        format: String
    }
    /// A page without session.
    SessionMissing = "session_missing", NoSession {}
    /// No token, or a wrong one.
    TokenWrong = "token_wrong", BadToken {}
    /// The keys wait for the passphrase.
    KeysLocked = "keys_locked", Locked {}
    /// An act needs the passphrase again.
    PassphraseMissing = "passphrase_missing", PassphraseNeeded {}
    /// Another passphrase than that of the keys.
    PassphraseWrong = "passphrase_wrong", PassphraseNeeded {}
    /// Wrong passphrases, too many of them.
    PassphraseTries = "passphrase_tries", RateLimited {
        /// Seconds until another try.
        seconds: u64
    }
    /// The keys have no passphrase.
    PassphraseNone = "passphrase_none", BadTransition {}
    /// The keys are open already.
    UnlockedAlready = "unlocked_already", AlreadySettled {}
    /// The file of the keys cannot be read.
    KeysUnreadable = "keys_unreadable", StoreFailed {
        /// Why, in the system's words.
        error: String
    }
    /// The role is too narrow.
    RoleTooNarrow = "role_too_narrow", RoleForbids {
        /// The role of this post, by its token.
        role: String
    }
    /// Another post withdrew this one: it shows nothing and takes nothing.
    PostWithdrawn = "post_withdrawn", Locked {
        /// Who withdrew it.
        by: String
    }
    /// A root withdrew this post, or who let it in had no right to: it shows nothing and takes nothing.
    PostOut = "post_out", Locked {}
    /// A post does not withdraw itself, nor change its own role.
    WithdrawSelf = "withdraw_self", RoleForbids {}
    /// The device was let in from above this post, or beside it.
    RankTooLow = "rank_too_low", RoleForbids {
        /// The device, by its name.
        member: String
    }
    /// The device is out.
    MemberOut = "member_out", AlreadySettled {
        /// The device, by its name.
        member: String
    }
    /// The device has that role.
    RoleHeldAlready = "role_held_already", AlreadySettled {}
    /// Nothing of the device is set aside.
    NothingToAdopt = "nothing_to_adopt", AlreadySettled {}
    /// No device of that name was ever let in.
    MemberUnknown = "member_unknown", NotFound {
        /// What was typed.
        member: String
    }
    /// Several devices have that name.
    MemberAmbiguous = "member_ambiguous", Ambiguous {
        /// What was typed.
        member: String
    }
    /// A sheet has 24 words.
    SheetCount = "sheet_count", BadRequest {
        /// How many there were.
        count: u64
    }
    /// A word is not of the list.
    SheetWordUnknown = "sheet_word_unknown", BadRequest {
        /// Which one, from 1.
        position: u64
    }
    /// The words are of the list and do not belong together.
    SheetMistyped = "sheet_mistyped", BadRequest {}
    /// The sheet is of another territory.
    SheetForeign = "sheet_foreign", RoleForbids {}
    /// The post has no standing grant any more.
    NotAMember = "not_a_member", RoleForbids {}
    /// The post does not read personal data and cannot give that right.
    PeopleNotHeld = "people_not_held", RoleForbids {}
    /// The role asked for cannot read personal data.
    PeopleNotForRole = "people_not_for_role", RoleForbids {}
    /// A form sent from another page.
    OriginForeign = "origin_foreign", BadOrigin {}
    /// A form without its token.
    FormTokenWrong = "form_token_wrong", BadFormToken {}
    /// No record of that name.
    RecordUnknown = "record_unknown", NotFound {
        /// What was typed.
        reference: String
    }
    /// The private fields of the record were erased.
    PrivateForgotten = "private_forgotten", Gone {
        /// What a person types to name the record.
        reference: String
    }
    /// The record has no private fields to erase.
    PrivateNothing = "private_nothing", NotFound {
        /// The record.
        reference: String
    }
    /// The data about people of the operation are at their end.
    OperationEnded = "operation_ended", Gone {
        /// The operation.
        operation: String
    }
    /// Too few or too many days until data about people are destroyed.
    PurgeDaysUnfit = "purge_days_unfit", BadRequest {
        /// The fewest.
        min: u64,
        /// The most.
        max: u64
    }
    /// The record is of another kind.
    RecordOfOtherKind = "record_of_other_kind", NotFound {
        /// What was typed.
        reference: String,
        /// The kind it is of, by its token.
        kind: String
    }
    /// No disagreement on that field.
    ConflictUnknown = "conflict_unknown", NotFound {
        /// The record.
        reference: String,
        /// The field.
        field: String
    }
    /// No peer of that name or address.
    PeerUnknown = "peer_unknown", NotFound {
        /// What was typed.
        peer: String
    }
    /// No invite of that id.
    InviteUnknown = "invite_unknown", NotFound {
        /// What was typed.
        invite: String
    }
    /// No such path.
    PathUnknown = "path_unknown", NotFound {}
    /// The path is there, and takes no such method.
    MethodUnknown = "method_unknown", BadMethod {}
    /// No phone of that name.
    PhoneUnknown = "phone_unknown", NotFound {
        /// What was typed.
        session: String
    }
    /// Phones may not be served on this address.
    PhoneAddressRefused = "phone_address_refused", BadRequest {
        /// What was typed.
        address: String
    }
    /// This machine has no address on a local network.
    PhoneAddressMissing = "phone_address_missing", BadTransition {}
    /// This machine has several addresses on local networks.
    PhoneAddressesSeveral = "phone_addresses_several", Ambiguous {
        /// All of them.
        addresses: String
    }
    /// The address cannot be listened on.
    PhoneAddressTaken = "phone_address_taken", BadTransition {
        /// The address.
        address: String,
        /// What the system said.
        error: String
    }
    /// The code was used by another device.
    InviteUsed = "invite_used", Gone {}
    /// The code is of an invite that ended.
    InviteOver = "invite_over", Gone {}
    /// The id stands for other content.
    IdTaken = "id_taken", IdReused {
        /// The id.
        id: String
    }
    /// This post is in a territory already.
    InTerritoryAlready = "in_territory_already", AlreadySettled {
        /// Its name.
        territory: String
    }
    /// Another settled it, or the values seen are not those there are.
    ConflictSettled = "conflict_settled", AlreadySettled {
        /// The record.
        reference: String,
        /// The field.
        field: String
    }
    /// The invite was used, cancelled or over before it could be cancelled.
    InviteEnded = "invite_ended", AlreadySettled {}
    /// The record has changed since it was read.
    RecordMoved = "record_moved", HeadsMoved {
        /// The record.
        reference: String
    }
    /// The reference means several records.
    ReferenceAmbiguous = "reference_ambiguous", Ambiguous {
        /// What was typed.
        reference: String
    }
    /// Several operations are open.
    OperationsOpen = "operations_open", ChooseOperation {}
    /// Fields are at fault.
    FieldsInvalid = "fields_invalid", FieldInvalid {
        /// Their names.
        fields: String
    }
    /// The state does not allow the step.
    StepForbidden = "step_forbidden", BadTransition {
        /// The state, in the reader's language.
        from: String,
        /// The state asked for.
        to: String
    }
    /// The step needs a reason.
    ReasonMissing = "reason_missing", BadTransition {}
    /// The kind has no such step.
    StepUnknown = "step_unknown", BadTransition {
        /// The kind, by its token.
        kind: String
    }
    /// The operation is closed at this post.
    OperationClosed = "operation_closed", BadTransition {
        /// The operation.
        operation: String
    }
    /// A record of a later layout is read-only here.
    RecordTooNew = "record_too_new", BadTransition {
        /// The record.
        reference: String
    }
    /// The whole file was refused.
    FileRefused = "file_refused", BadFile {
        /// Why, as a sentence in the reader's language.
        why: String
    }
    /// `strict`, and rows were rejected.
    RowsRejected = "rows_rejected", BadFile {
        /// How many.
        count: u64
    }
    /// Too many requests.
    TooManyRequests = "too_many_requests", RateLimited {}
    /// The daemon is ending.
    Ending = "ending", Busy {}
    /// Another request of the kind is under way.
    UnderWay = "under_way", Busy {}
    /// The request took longer than it may.
    TookTooLong = "took_too_long", Busy {}
    /// A record is known of, and its entries have not arrived.
    RecordNotReceived = "record_not_received", NotReceivedYet {
        /// What was typed.
        reference: String
    }
    /// No post that knows the invite was found.
    NoPostFound = "no_post_found", NotReceivedYet {
        /// Seconds looked for.
        seconds: u64
    }
    /// A post was found, and it is not the one that made the code.
    OtherPostFound = "other_post_found", NotReceivedYet {}
    /// Let in, and the first entries have not all arrived.
    JoinedIncomplete = "joined_incomplete", NotReceivedYet {
        /// Seconds waited.
        seconds: u64
    }
    /// The keys of a ring have not arrived.
    KeysNotReceived = "keys_not_received", NotReceivedYet {}
    /// The disk is full.
    DiskFull = "disk_full", StoreFull {
        /// The data folder.
        path: String
    }
    /// The disk refused a write or a read.
    DiskFailed = "disk_failed", StoreFailed {
        /// The data folder.
        path: String
    }
    /// The record has grown as large as posts take.
    RecordFull = "record_full", BadTransition {
        /// As it was named.
        reference: String
    }
    /// The daemon met something it does not know how to go on from.
    Internal = "internal", StoreFailed {}
    /// The request names another host.
    HostForeign = "host_foreign", WrongHost {
        /// The host named.
        host: String
    }
    /// This post is in no territory.
    TerritoryMissing = "territory_missing", NoTerritory {}
}
