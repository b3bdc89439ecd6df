//! Creating a record: one change that makes every container the record will ever need.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use automerge::legacy::{ElementId, Key, ObjectId, Op, OpId, OpType, SortedVec};
use automerge::{Change, ExpandedChange, ObjType, ScalarValue};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::document::{claimed, scalar, sized, zero_actor};
use crate::field::{Field, LAYOUT_VERSION, Rule};
use crate::kind::{EXTENSION_PREFIX, Kind, Part};
use crate::limits::MEMBER_CHARACTERS_MAX;
use crate::members::{entry, fresh, members};
use crate::number::Number;
use crate::refused::{Code, Fault, Refused};
use crate::shape::Shape;

/// Field values by name: what a writer gives. A set is an array of members (or words between commas), a ledger an
/// array of entries that each hold their `id`.
pub type Values = BTreeMap<String, Value>;

/// Who creates a record: claims of the writer's post, stored with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Created {
    /// RFC 3339 time with the writer's offset.
    pub at: String,
    /// A pseudonym, `import` for imports. Empty: not stored.
    pub by: String,
    /// The organisation. Empty: not stored.
    pub org: String,
    /// The post. Empty: not stored.
    pub post: String,
}

/// Where a record comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Source {
    /// A person typed it.
    #[default]
    Manual,
    /// A file held it. Nothing here depends on who imports.
    Import {
        /// The format's token, such as `ushahidi`.
        format: String,
        /// The source's label, as shown to people.
        name: String,
        /// The row's own identity.
        id: String,
        /// BLAKE3 of the file, in hexadecimal; empty when unknown.
        file_hash: String,
    },
}

/// What a creation says besides the values.
#[derive(Debug, Clone, Default)]
pub struct Writing {
    /// Claimed time in milliseconds since 1970: the same as the entry's.
    pub time_ms: u64,
    /// The operation to which the record belongs; needed for incidents, needs and resources.
    pub operation: Option<Uuid>,
    /// The record's number; imports have none.
    pub number: Option<Number>,
    /// Who creates it. Unused for the wire kinds and for twins.
    pub created: Created,
    /// Where it comes from.
    pub source: Source,
}

/// What stands under one root key after the creation.
enum Write {
    Scalar(ScalarValue),
    Text(String),
}

/// The first change of a record: bytes under the zero actor, for the trust layer to stamp and sign.
pub fn create(
    kind: Kind,
    part: Part,
    id: Uuid,
    values: &Values,
    writing: &Writing,
) -> Result<Vec<u8>, Refused> {
    let mut plan = Plan {
        kind,
        part,
        writes: Vec::new(),
        faults: Vec::new(),
        stamp: fresh(writing.time_ms, id.as_bytes()),
    };
    plan.names(values);
    plan.head(writing);
    for field in kind
        .fields()
        .filter(|field| field.private == (part == Part::Private))
    {
        plan.field(field, values);
    }
    for (name, value) in values
        .range(EXTENSION_PREFIX.to_owned()..)
        .take_while(|(name, _)| is_extension(name))
    {
        if let (Some(field), Part::Shared) = (kind.field(name), part) {
            plan.single(field, name, value);
        }
    }
    if !plan.faults.is_empty() {
        return Err(Refused::Fields(plan.faults));
    }
    sized(&change(plan.writes, writing.time_ms))
}

/// Splits values into those of the record and those of its private twin. Unknown names stay with the record, whose
/// writer refuses them.
pub fn split(kind: Kind, values: Values) -> (Values, Values) {
    values
        .into_iter()
        .partition(|(name, _)| kind.field(name).is_none_or(|field| !field.private))
}

pub(crate) fn is_extension(name: &str) -> bool {
    name.starts_with(EXTENSION_PREFIX)
}

/// True for a name that may stand behind `ext/`.
pub(crate) fn is_extension_name(name: &str) -> bool {
    name.strip_prefix(EXTENSION_PREFIX).is_some_and(|rest| {
        let plain =
            !rest.trim().is_empty() && !rest.contains(|character: char| character.is_control());
        plain && !rest.contains('/') && rest.chars().count() <= MEMBER_CHARACTERS_MAX
    })
}

struct Plan {
    kind: Kind,
    part: Part,
    writes: Vec<(String, Write)>,
    faults: Vec<Fault>,
    stamp: [u8; 12],
}

impl Plan {
    /// Every given name must be a field of this part, and one that the writer may choose.
    fn names(&mut self, values: &Values) {
        for name in values.keys() {
            let code = match self.kind.field(name) {
                None => Code::UnknownField,
                Some(_) if is_extension(name) && !is_extension_name(name) => Code::UnknownField,
                Some(field) if field.private && self.part == Part::Shared => Code::Private,
                Some(field) if !field.private && self.part == Part::Private => Code::NotPrivate,
                Some(_) if is_given_by_writing(name) => Code::SetOnce,
                Some(_) => continue,
            };
            self.faults.push(Fault::new(name.clone(), code));
        }
    }

    /// The fields that the writing gives and the writer cannot choose.
    fn head(&mut self, writing: &Writing) {
        self.put("v", ScalarValue::Int(LAYOUT_VERSION));
        self.put("kind", ScalarValue::Str(self.kind.token().into()));
        if self.part == Part::Private || matches!(self.kind, Kind::Post | Kind::Territory) {
            return;
        }
        if let Some(number) = &writing.number {
            self.put("number", ScalarValue::Str(number.to_string().into()));
        }
        match writing.operation {
            Some(operation) if self.kind.in_operation() => {
                self.put(
                    "operation",
                    ScalarValue::Str(operation.hyphenated().to_string().into()),
                );
            }
            None if self.kind.in_operation() => {
                self.faults.push(Fault::new("operation", Code::Required))
            }
            Some(_) | None => {}
        }
        let Created { at, by, org, post } = &writing.created;
        self.composite(
            "created",
            Shape::Created,
            &[("at", at), ("by", by), ("org", org), ("post", post)],
        );
        match &writing.source {
            Source::Manual => self.composite("source", Shape::Source, &[("type", "manual")]),
            Source::Import {
                format,
                name,
                id,
                file_hash,
            } => {
                let parts = [
                    ("type", "import"),
                    ("format", format),
                    ("name", name),
                    ("id", id),
                    ("file_hash", file_hash),
                ];
                self.composite("source", Shape::Source, &parts);
            }
        }
    }

    fn composite(&mut self, name: &'static str, shape: Shape, parts: &[(&str, &str)]) {
        let filled = parts.iter().filter(|(_, text)| !text.is_empty());
        let object: Map<String, Value> = filled
            .map(|(part, text)| ((*part).to_owned(), Value::String((*text).to_owned())))
            .collect();
        match shape.written(&Value::Object(object)) {
            Ok(value) => self.put(name, scalar(&value, shape)),
            Err(fault) => self.faults.push(fault.within(name)),
        }
    }

    fn field(&mut self, field: &'static Field, values: &Values) {
        if is_given_by_writing(field.name) {
            return;
        }
        let given = values.get(field.name).filter(|value| !value.is_null());
        match (field.rule, given) {
            (Rule::Text, given) => {
                match given.map_or(Ok(Value::Null), |value| field.shape.written(value)) {
                    Ok(value) => {
                        let text = value.as_str().unwrap_or_default().to_owned();
                        self.writes.push((field.name.to_owned(), Write::Text(text)));
                    }
                    Err(fault) => self.faults.push(fault.within(field.name)),
                }
            }
            (Rule::Set, Some(value)) => match members(field, value) {
                Ok(members) => {
                    for member in members {
                        self.put(
                            &format!("{}/{member}", field.name),
                            ScalarValue::Bytes(self.stamp.to_vec()),
                        );
                    }
                }
                Err(fault) => self.faults.push(fault),
            },
            (Rule::Ledger, Some(value)) => self.ledger(field, value),
            (Rule::Once | Rule::Plain | Rule::Critical, Some(value)) => {
                self.single(field, field.name, value)
            }
            (Rule::Once | Rule::Plain | Rule::Critical, None) => self.absent(field, values),
            (Rule::Set | Rule::Ledger, None) => {}
        }
    }

    fn single(&mut self, field: &'static Field, name: &str, value: &Value) {
        match field.shape.written(value) {
            Ok(Value::Null) if field.required && field.default.is_none() => {
                self.faults.push(Fault::new(name, Code::Required));
            }
            Ok(Value::Null) => self.default(field, None),
            Ok(value) => self.put(name, scalar(&value, field.shape)),
            Err(fault) => self.faults.push(fault.within(name)),
        }
    }

    fn absent(&mut self, field: &'static Field, values: &Values) {
        // What has a unit or moves by quantities is a stock.
        let is_stock = field.name == "mode"
            && (values.contains_key("unit") || values.contains_key("movements"));
        if field.required && field.default.is_none() {
            self.faults.push(Fault::new(field.name, Code::Required));
        } else {
            self.default(field, is_stock.then_some("lot"));
        }
    }

    fn default(&mut self, field: &'static Field, instead: Option<&'static str>) {
        let Some(default) = instead.or(field.default) else {
            return;
        };
        match field.shape.written(&Value::String(default.to_owned())) {
            Ok(value) => self.put(field.name, scalar(&value, field.shape)),
            Err(fault) => self.faults.push(fault.within(field.name)),
        }
    }

    fn ledger(&mut self, field: &'static Field, value: &Value) {
        let Some(given) = value.as_array() else {
            self.faults.push(Fault::new(field.name, Code::WrongForm));
            return;
        };
        let mut keys = BTreeMap::new();
        for item in given {
            let id = item
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| Uuid::try_parse(id.trim()).ok());
            let Some(id) = id else {
                self.faults
                    .push(Fault::new(format!("{}.id", field.name), Code::BadId));
                continue;
            };
            match entry(field, item) {
                Ok(value) => {
                    let key = format!("{}/{}", field.name, id.hyphenated());
                    if keys.insert(key, value).is_some() {
                        self.faults.push(Fault::new(field.name, Code::AlreadyThere));
                    }
                }
                Err(fault) => self.faults.push(fault),
            }
        }
        for (key, value) in keys {
            self.put(&key, scalar(&value, field.shape));
        }
    }

    fn put(&mut self, key: &str, value: ScalarValue) {
        self.writes.push((key.to_owned(), Write::Scalar(value)));
    }
}

/// Fields that come from [`Writing`] or from the kind, never from the values.
pub(crate) fn is_given_by_writing(name: &str) -> bool {
    matches!(
        name,
        "v" | "kind" | "number" | "operation" | "created" | "source"
    )
}

/// Encodes the writes as the one change a document would make of them, without building the document: a test holds
/// the two equal byte for byte. An import makes thousands.
fn change(writes: Vec<(String, Write)>, time_ms: u64) -> Change {
    let actor = zero_actor();
    let mut operations: Vec<Op> = Vec::with_capacity(writes.len());
    for (key, write) in writes {
        match write {
            Write::Scalar(value) => operations.push(put(&key, OpType::Put(value))),
            Write::Text(text) => {
                operations.push(put(&key, OpType::Make(ObjType::Text)));
                let object = OpId::new(operations.len() as u64, &actor);
                let mut element = ElementId::Head;
                for character in text.chars() {
                    operations.push(Op {
                        action: OpType::Put(ScalarValue::Str(
                            character.encode_utf8(&mut [0; 4]).into(),
                        )),
                        obj: ObjectId::Id(object.clone()),
                        key: Key::Seq(element),
                        pred: SortedVec::new(),
                        insert: true,
                    });
                    element = ElementId::Id(OpId::new(operations.len() as u64, &actor));
                }
            }
        }
    }
    Change::from(ExpandedChange {
        operations,
        actor_id: actor,
        hash: None,
        seq: 1,
        start_op: NonZeroU64::MIN,
        time: claimed(time_ms),
        message: None,
        deps: Vec::new(),
        extra_bytes: Vec::new(),
        author: None,
    })
}

fn put(key: &str, action: OpType) -> Op {
    Op {
        action,
        obj: ObjectId::Root,
        key: Key::Map(key.into()),
        pred: SortedVec::new(),
        insert: false,
    }
}
