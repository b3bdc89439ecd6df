//! What a command post writes down, and how it lives in an Automerge document.
