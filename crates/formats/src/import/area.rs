//! The outline of a territory, and whether a point stands in it.

use serde_json::Value;

use crate::limits::AREA_POSITIONS_MAX;

/// One or more outlines, in degrees (longitude, latitude; WGS 84).
#[derive(Clone, Debug, PartialEq)]
pub struct Area {
    rings: Vec<Vec<(f64, f64)>>,
}

impl Area {
    /// A box: west, south, east, north.
    pub fn from_bounds(west: f64, south: f64, east: f64, north: f64) -> Self {
        Self {
            rings: vec![vec![
                (west, south),
                (east, south),
                (east, north),
                (west, north),
            ]],
        }
    }

    /// A GeoJSON Polygon or MultiPolygon. `None` for anything else, or beyond
    /// [`AREA_POSITIONS_MAX`] positions.
    pub fn from_geojson(geometry: &Value) -> Option<Self> {
        let coordinates = geometry.get("coordinates")?.as_array()?;
        let polygons: Vec<&Vec<Value>> = match geometry.get("type")?.as_str()? {
            "Polygon" => vec![coordinates],
            "MultiPolygon" => coordinates
                .iter()
                .map(Value::as_array)
                .collect::<Option<_>>()?,
            _ => return None,
        };
        let mut rings = Vec::new();
        let mut positions = 0;
        for ring in polygons.into_iter().flatten() {
            let ring = ring.as_array()?;
            positions += ring.len();
            if positions > AREA_POSITIONS_MAX {
                return None;
            }
            rings.push(ring.iter().map(position).collect::<Option<_>>()?);
        }
        Some(Self { rings })
    }

    /// Even-odd rule over all rings, so that holes are holes whatever their direction.
    pub fn contains(&self, longitude: f64, latitude: f64) -> bool {
        self.rings.iter().fold(false, |inside, ring| {
            inside ^ crosses(ring, longitude, latitude)
        })
    }
}

fn position(value: &Value) -> Option<(f64, f64)> {
    Some((value.get(0)?.as_f64()?, value.get(1)?.as_f64()?))
}

/// True when a ray going east from the point crosses the ring an odd number of times.
fn crosses(ring: &[(f64, f64)], x: f64, y: f64) -> bool {
    let ends = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(ends)
        .fold(false, |odd, (&(ax, ay), &(bx, by))| {
            let spans = (ay > y) != (by > y);
            odd ^ (spans && x < (bx - ax) * (y - ay) / (by - ay) + ax)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_hole_is_outside_whatever_its_direction() {
        let area = Area::from_geojson(&json!({"type": "Polygon", "coordinates": [
            [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
            [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]],
        ]}))
        .unwrap();
        assert!(area.contains(1.0, 1.0));
        assert!(!area.contains(5.0, 5.0));
        assert!(!area.contains(11.0, 5.0));
    }

    #[test]
    fn a_multipolygon_is_the_union_of_its_parts() {
        let area = Area::from_geojson(&json!({"type": "MultiPolygon", "coordinates": [
            [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]],
            [[[5, 5], [6, 5], [6, 6], [5, 6], [5, 5]]],
        ]}))
        .unwrap();
        assert!(area.contains(0.5, 0.5));
        assert!(area.contains(5.5, 5.5));
        assert!(!area.contains(3.0, 3.0));
    }

    #[test]
    fn what_is_no_outline_is_refused() {
        assert_eq!(
            Area::from_geojson(&json!({"type": "Point", "coordinates": [0, 0]})),
            None
        );
        assert_eq!(
            Area::from_geojson(&json!({"type": "Polygon", "coordinates": [["x"]]})),
            None
        );
        assert_eq!(Area::from_geojson(&json!(null)), None);
    }
}
