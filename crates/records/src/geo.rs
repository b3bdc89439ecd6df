//! Distances on the ground.

/// Mean radius of the Earth in kilometres (IUGG).
const EARTH_RADIUS_KM: f64 = 6371.009;

/// Kilometres between two points, each a longitude and a latitude in degrees, along a great circle. The error against
/// the ellipsoid is below 0.6 %.
pub fn distance_km(one: (f64, f64), other: (f64, f64)) -> f64 {
    let half_angle = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin();
    let (across, along) = (half_angle(one.0, other.0), half_angle(one.1, other.1));
    let chord =
        along * along + one.1.to_radians().cos() * other.1.to_radians().cos() * across * across;
    2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::distance_km;

    #[test]
    fn distances_are_those_of_the_map() {
        let (paris, marseille) = ((2.3522, 48.8566), (5.3698, 43.2965));
        assert!((distance_km(paris, marseille) - 660.5).abs() < 2.0);
        assert!(distance_km(paris, paris) < 1e-9);
        assert!((distance_km((179.9, 0.0), (-179.9, 0.0)) - 22.2).abs() < 0.1);
        assert!((distance_km((0.0, 90.0), (0.0, -90.0)) - 20_015.0).abs() < 1.0);
    }
}
