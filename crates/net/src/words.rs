//! libp2p's errors in short words, for people who look at the status.

use std::error::Error;

use libp2p::allow_block_list::NotAllowed;
use libp2p::core::transport::TransportError;
use libp2p::swarm::DialError;

/// Why a dial failed, without the addresses when it is the same for all.
pub(crate) fn dial_error(error: &DialError) -> String {
    match error {
        DialError::LocalPeerId { .. } => "this is our own address".to_owned(),
        DialError::NoAddresses => "no address that could be dialled".to_owned(),
        DialError::DialPeerConditionFalse(_) => "already connected or being dialled".to_owned(),
        DialError::Aborted => "the attempt was cut short".to_owned(),
        DialError::WrongPeerId { .. } => "another post answers there".to_owned(),
        DialError::Denied { cause } if cause.downcast_ref::<NotAllowed>().is_some() => {
            "a device that is not admitted here answers".to_owned()
        }
        DialError::Denied { cause } => {
            let inner = cause.source();
            inner.map_or_else(|| cause.to_string(), ToString::to_string)
        }
        DialError::Transport(failures) => {
            let mut all: Vec<String> = failures
                .iter()
                .map(|(place, error)| format!("{place}: {}", transport_error(error)))
                .collect();
            all.truncate(4);
            all.join("; ")
        }
    }
}

fn transport_error(error: &TransportError<std::io::Error>) -> String {
    match error {
        TransportError::MultiaddrNotSupported(_) => "not an address we can dial".to_owned(),
        TransportError::Other(error) => innermost(error),
    }
}

/// libp2p wraps the system's error several times; the innermost says what happened.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut inner = error;
    for _ in 0..8 {
        match inner.source() {
            Some(source) => inner = source,
            None => break,
        }
    }
    inner.to_string()
}
