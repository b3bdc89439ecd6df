//! Territory: its name, and the communes it covers.

use crate::field::Field;
use crate::shape::Shape;

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("name", Shape::Title).required(),
    Field::set("area", Shape::Insee),
];
