//! Post: what others call a device. One document per device, written by the coordinator who granted it.

use crate::caution::Caution;
use crate::field::Field;
use crate::shape::Shape;

pub(crate) const FIELDS: &[Field] = &[
    Field::plain("name", Shape::Title).required(),
    Field::critical("code", Shape::PostCode, Caution::Newest).required(),
    Field::plain("org", Shape::Title),
];
