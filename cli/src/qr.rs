//! QR codes at a terminal.

use anstyle::{AnsiColor, Style};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::failure::Failure;
use crate::session::Session;

/// Prints a QR code, black on white where colours are shown; nothing when the text is too long for one.
pub(crate) fn print(session: &Session, text: &str) -> Result<(), Failure> {
    let (black, white) = (AnsiColor::Black.into(), AnsiColor::BrightWhite.into());
    let ink = Style::new().fg_color(Some(black)).bg_color(Some(white));
    for line in picture(text) {
        session.screen.line(&format!("{ink}{line}{ink:#}"))?;
    }
    Ok(())
}

/// A QR code in half blocks.
fn picture(text: &str) -> Vec<String> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else {
        return Vec::new();
    };
    let drawn = code.render::<Dense1x2>().build();
    drawn.lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn a_code_is_drawn_within_eighty_columns() {
        let link = "beffroi:join?code=7KQ4-M2XR-9HW3&peer=%2Fip4%2F192.168.100.200%2Ftcp%2F7412&peer=%2Fip4%2F10.20.30.40%2Ftcp%2F7412";
        let lines = picture(link);
        assert!(lines.len() > 15);
        assert!(lines.iter().all(|line| line.chars().count() <= 80));
        assert!(picture(&"x".repeat(10_000)).is_empty());
    }
}
