//! What stands under which key, and how a key and a piece number make a row.

use crate::batch::Id;
use crate::store::OrderKey;

/// The row of a piece of a framed value. Two keys never share a row, and rows order as their keys do.
pub(crate) fn row(key: &[u8], piece: u8) -> Vec<u8> {
    let mut row = Vec::with_capacity(key.len() + 1);
    row.extend_from_slice(key);
    row.push(piece);
    row
}

/// Leaves: entry id ‖ leaf number.
pub(crate) fn leaf_key(id: &Id, leaf: u8) -> [u8; 33] {
    let mut key = [leaf; 33];
    key[..32].copy_from_slice(id);
    key
}

/// Order: set ‖ second (big endian, so that bytes order as numbers do) ‖ id.
pub(crate) fn order_row(key: &OrderKey) -> [u8; 37] {
    let mut row = [key.set; 37];
    row[1..5].copy_from_slice(&key.second.to_be_bytes());
    row[5..].copy_from_slice(&key.id);
    row
}

/// Reads a row of the order.
pub(crate) fn read_order_row(row: &[u8]) -> Option<OrderKey> {
    let [set, s0, s1, s2, s3, id @ ..] = row.first_chunk::<37>()?;
    (row.len() == 37).then_some(OrderKey {
        set: *set,
        second: u32::from_be_bytes([*s0, *s1, *s2, *s3]),
        id: *id,
    })
}

/// By record: record ‖ second ‖ id.
pub(crate) fn record_row(record: &Id, second: u32, id: &Id) -> [u8; 68] {
    let mut row = [0; 68];
    row[..32].copy_from_slice(record);
    row[32..36].copy_from_slice(&second.to_be_bytes());
    row[36..].copy_from_slice(id);
    row
}

/// Reads second and id of a row of by-record.
pub(crate) fn read_record_row(row: &[u8]) -> Option<(u32, Id)> {
    let (_, rest) = row.split_first_chunk::<32>()?;
    let (second, id) = rest.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*second), id.try_into().ok()?))
}

/// Local: namespace ‖ 0 ‖ key. A namespace has no zero byte and is not empty.
pub(crate) fn named_key(namespace: &str, key: &[u8]) -> Vec<u8> {
    let mut named = Vec::with_capacity(namespace.len() + 1 + key.len());
    named.extend_from_slice(namespace.as_bytes());
    named.push(0);
    named.extend_from_slice(key);
    named
}

/// Local: where the counters stand, beside every namespace.
pub(crate) const COUNTERS_KEY: &[u8] = &[0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_order_as_their_keys_do() {
        let mut keys: Vec<&[u8]> = vec![b"", b"a", b"a\0", b"a\0\0", b"a\x01", b"ab", b"b"];
        keys.sort_unstable();
        let rows: Vec<Vec<u8>> = keys.iter().map(|key| row(key, 0)).collect();
        assert!(rows.is_sorted());
    }

    #[test]
    fn places_come_back_from_their_rows() {
        let key = OrderKey {
            set: 1,
            second: 0x0102_0304,
            id: [9; 32],
        };
        assert_eq!(read_order_row(&order_row(&key)), Some(key));
        assert_eq!(read_order_row(&order_row(&key)[1..]), None);
        assert_eq!(
            read_record_row(&record_row(&[1; 32], 77, &[2; 32])),
            Some((77, [2; 32]))
        );
        assert_eq!(read_record_row(&[0; 67]), None);
        let later = OrderKey {
            second: 0x0102_0400,
            id: [0; 32],
            ..key
        };
        assert!(order_row(&key) < order_row(&later));
    }
}
