//! Letting a device in: a code that is said or typed, the keys derived from it, and the few messages
//! that cross the porch before the device is a member.
//!
//! The inviter draws an [`InviteCode`], derives [`InviteKeys`], publishes an
//! [`Act::Invite`](crate::Act::Invite) with their public half and shows the code. The joiner types
//! it, derives the same keys and sends a [`Claim`]. The inviter [opens](Claim::open) it, publishes
//! the Grant and answers with a [`Welcome`], which only one who knows the code can make. Later, a
//! member unknown to a post shows it its grants with [`Present`].

mod chain;
mod claim;
mod code;
mod porch;
mod welcome;

pub use chain::{ChainError, verify_chain};
pub use claim::{Claim, ClaimError, Joiner};
pub use code::{CodeError, InviteCode, InviteKeys};
pub use porch::{PorchRefusal, PorchReply, PorchRequest, Present, Withdrawn};
pub use welcome::{Welcome, WelcomeError, Welcomed};
