//! Random adversarial worlds against properties and a plain model, the faults those must catch, and
//! the stories people tell about membership.

mod authoring;
mod budgets;
mod closings;
mod convergence;
mod deliberate_faults;
mod erasures;
mod model;
mod parking;
mod properties;
mod stories;
mod stories_of_members;
mod story;
mod view;
mod world;
