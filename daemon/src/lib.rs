//! `beffroid`: performs every effect in order, with one event loop.
//!
//! [`start::main`] reads the configuration and runs the daemon until it is told to end.
//!
//! - `event_loop` and `node`: the state of the post and everything that changes it;
//! - `writer`: the thread that writes; `view`: what people see, and the thread that keeps it;
//! - `custody`: from entries to rows of the store, and back;
//! - `phones` and `streams`: who is let in by a browser, and who listens to events;
//! - `service` answers the local API, `http` carries it.

mod clock;
pub mod config;
mod custody;
mod dice;
mod event_loop;
mod events;
mod failure;
pub mod folder;
mod http;
mod node;
pub mod options;
mod phones;
pub mod refusal;
mod service;
pub mod start;
mod streams;
pub mod texts;
mod tries;
mod vault;
mod view;
mod writer;
