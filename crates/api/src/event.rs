//! What `GET /events` streams, and how it is written and read (server-sent events).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Kind;

/// Something that happened at this post. The cursor is the post's own append position: it
/// survives restarts, and a stream opened with it goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// First at every connection.
    Hello {
        /// Changes at each start of the daemon.
        boot: String,
        /// Where the stream begins.
        cursor: u64,
        /// The version of the daemon.
        version: String,
    },
    /// A record was created or changed.
    Record {
        /// Its kind.
        kind: Kind,
        /// Its id.
        id: Uuid,
        /// Its number.
        number: Option<String>,
        /// Its heads.
        heads: Vec<String>,
        /// Where the stream is.
        cursor: u64,
    },
    /// A field came into disagreement, or out of it.
    Conflict {
        /// The kind of the record.
        kind: Kind,
        /// Its id.
        id: Uuid,
        /// The field.
        field: String,
        /// Whether it waits for a choice now.
        open: bool,
    },
    /// The state of a peer changed.
    Peer {
        /// Its device key, in hexadecimal.
        id: String,
    },
    /// Someone was let in or out.
    Members {},
    /// The cursor is too old or the reader too slow: read the lists again, then go on from here.
    Reset {
        /// Where the stream goes on.
        cursor: u64,
    },
    /// The daemon closes the stream.
    Bye {
        /// Why: `ending`, `too_many_streams`.
        reason: String,
    },
}

impl Event {
    /// The word after `event:`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Event::Hello { .. } => "hello",
            Event::Record { .. } => "record",
            Event::Conflict { .. } => "conflict",
            Event::Peer { .. } => "peer",
            Event::Members {} => "members",
            Event::Reset { .. } => "reset",
            Event::Bye { .. } => "bye",
        }
    }

    /// The position it leaves the reader at, where it has one.
    #[must_use]
    pub const fn cursor(&self) -> Option<u64> {
        match self {
            Event::Hello { cursor, .. }
            | Event::Record { cursor, .. }
            | Event::Reset { cursor } => Some(*cursor),
            Event::Conflict { .. } | Event::Peer { .. } | Event::Members {} | Event::Bye { .. } => {
                None
            }
        }
    }

    /// The event as it goes over the wire, blank line included.
    ///
    /// # Errors
    /// Never in practice: the types above always have a JSON form.
    pub fn to_wire(&self) -> Result<String, serde_json::Error> {
        let data = serde_json::to_string(self)?;
        let id = self
            .cursor()
            .map(|cursor| format!("id: {cursor}\n"))
            .unwrap_or_default();
        Ok(format!("event: {}\n{id}data: {data}\n\n", self.name()))
    }
}

/// One event on the wire, in bytes: ours are far below; a longer one is no event of ours.
pub const EVENT_BYTES_MAX: usize = 256 * 1024;

/// Reads events out of a stream of bytes, cut anywhere.
#[derive(Debug, Default)]
pub struct EventReader {
    pending: Vec<u8>,
}

/// The stream is no stream of our events.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// An event that never ends.
    #[error("an event is longer than {EVENT_BYTES_MAX} bytes")]
    TooLong,
}

impl EventReader {
    /// Takes bytes and returns the events that are whole now. Comments and events of names this
    /// version does not know are passed over.
    ///
    /// # Errors
    /// When an event grows over [`EVENT_BYTES_MAX`].
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Event>, EventError> {
        self.pending.extend_from_slice(bytes);
        let mut events = Vec::new();
        let mut start = 0;
        while let Some(length) = find_blank_line(&self.pending[start..]) {
            events.extend(parse(&self.pending[start..start + length]));
            start += length + 2;
        }
        self.pending.drain(..start);
        if self.pending.len() > EVENT_BYTES_MAX {
            return Err(EventError::TooLong);
        }
        Ok(events)
    }
}

fn find_blank_line(bytes: &[u8]) -> Option<usize> {
    bytes.windows(2).position(|pair| pair == b"\n\n")
}

fn parse(block: &[u8]) -> Option<Event> {
    let text = std::str::from_utf8(block).ok()?;
    let data = text.lines().find_map(|line| line.strip_prefix("data: "))?;
    serde_json::from_str(data).ok()
}

#[cfg(test)]
mod tests {
    use super::{EVENT_BYTES_MAX, Event, EventReader};
    use crate::Kind;
    use uuid::Uuid;

    #[test]
    fn events_cut_anywhere_are_read_whole_and_once() {
        let hello = Event::Hello {
            boot: "b".into(),
            cursor: 41,
            version: "0.1.0".into(),
        };
        let record = Event::Record {
            kind: Kind::Need,
            id: Uuid::nil(),
            number: Some("MAI-001".into()),
            heads: vec!["ab".into()],
            cursor: 42,
        };
        let wire = format!(
            "{}: still here\n\nevent: later\ndata: {{\"event\":\"later\"}}\n\n{}",
            hello.to_wire().unwrap(),
            record.to_wire().unwrap()
        );
        for cut in 0..wire.len() {
            let mut reader = EventReader::default();
            let mut events = reader.push(&wire.as_bytes()[..cut]).unwrap();
            events.extend(reader.push(&wire.as_bytes()[cut..]).unwrap());
            assert_eq!(events, [hello.clone(), record.clone()], "cut at {cut}");
        }
        assert!(
            record
                .to_wire()
                .unwrap()
                .starts_with("event: record\nid: 42\ndata: {")
        );
    }

    #[test]
    fn an_event_that_never_ends_is_refused() {
        let mut reader = EventReader::default();
        assert!(reader.push(&vec![b'x'; EVENT_BYTES_MAX]).is_ok());
        assert!(reader.push(b"x").is_err());
    }
}
