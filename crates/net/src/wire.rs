//! Frames on a stream: four bytes of length, big endian, then the frame. The length is checked before
//! anything is reserved, and memory grows only with what has arrived.

use std::io;
use std::time::Duration;

use beffroi_sync::limits::FRAME_BYTES_MAX;
use bytes::Bytes;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::limits::{READ_STEP_BYTES, WRITE_PIECE_BYTES};
use crate::queue;

/// Why no further frame can be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// The peer ended the stream between two frames.
    #[error("the peer closed the stream")]
    Closed,
    /// The peer announced a frame that is longer than allowed.
    #[error("a frame of {0} bytes was announced")]
    TooLong(u32),
    /// A frame begun did not go on, or a piece was not taken.
    #[error("nothing moved for too long")]
    Stalled,
    /// The connection failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Reads one frame. Waiting for the first byte is free; from then on each byte must come within `stall`.
pub(crate) async fn read_frame<R: AsyncRead + Unpin>(
    stream: &mut R,
    stall: Duration,
) -> Result<Bytes, WireError> {
    let mut length = [0; 4];
    if stream.read(&mut length[..1]).await? == 0 {
        return Err(WireError::Closed);
    }
    fill(stream, &mut length[1..], stall).await?;
    let length = u32::from_be_bytes(length);
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    if wanted > FRAME_BYTES_MAX {
        return Err(WireError::TooLong(length));
    }
    let mut frame = Vec::new();
    while frame.len() < wanted {
        let had = frame.len();
        frame.resize(had + (wanted - had).min(READ_STEP_BYTES), 0);
        fill(stream, &mut frame[had..], stall).await?;
    }
    Ok(Bytes::from(frame))
}

async fn fill<R: AsyncRead + Unpin>(
    stream: &mut R,
    mut into: &mut [u8],
    stall: Duration,
) -> Result<(), WireError> {
    while !into.is_empty() {
        let read = timeout(stall, stream.read(into))
            .await
            .map_err(|_| WireError::Stalled)??;
        if read == 0 {
            return Err(WireError::Io(io::ErrorKind::UnexpectedEof.into()));
        }
        into = &mut into[read..];
    }
    Ok(())
}

/// Writes what the queue gives until it ends or a piece is not taken within `stall`. Small frames that
/// wait together leave together.
pub(crate) async fn write_frames<W: AsyncWrite + Unpin>(
    stream: &mut W,
    queue: &mut queue::Receiver,
    stall: Duration,
) -> WireError {
    let mut buffer = Vec::with_capacity(WRITE_PIECE_BYTES);
    while let Some(frame) = queue.next().await {
        let mut bytes = append(&mut buffer, &frame);
        while buffer.len() < WRITE_PIECE_BYTES
            && let Some(next) = queue.next_now()
        {
            bytes += append(&mut buffer, &next);
        }
        if let Err(error) = write_pieces(stream, &buffer, stall).await {
            return error;
        }
        queue.written(bytes);
        buffer.clear();
        buffer.shrink_to(READ_STEP_BYTES);
    }
    WireError::Closed
}

fn append(buffer: &mut Vec<u8>, frame: &[u8]) -> usize {
    // The handle refuses longer frames, so the length always fits.
    let length = u32::try_from(frame.len()).unwrap_or(u32::MAX);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(frame);
    frame.len()
}

async fn write_pieces<W: AsyncWrite + Unpin>(
    stream: &mut W,
    buffer: &[u8],
    stall: Duration,
) -> Result<(), WireError> {
    for piece in buffer.chunks(WRITE_PIECE_BYTES) {
        timeout(stall, stream.write_all(piece))
            .await
            .map_err(|_| WireError::Stalled)??;
    }
    timeout(stall, stream.flush())
        .await
        .map_err(|_| WireError::Stalled)??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;

    use super::*;

    const STALL: Duration = Duration::from_millis(50);

    fn framed(frames: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for frame in frames {
            append(&mut bytes, frame);
        }
        bytes
    }

    #[tokio::test]
    async fn frames_come_out_as_they_went_in() {
        let long = vec![7; 3 * READ_STEP_BYTES + 5];
        let frames: [&[u8]; 4] = [b"one", b"", &long, b"last"];
        let (sender, mut receiver) = queue::new();
        for frame in frames {
            sender.send(Bytes::copy_from_slice(frame)).unwrap();
        }
        drop(sender);
        let mut written = Cursor::new(Vec::new());
        let end = write_frames(&mut written, &mut receiver, STALL).await;
        assert!(matches!(end, WireError::Closed));
        assert_eq!(written.get_ref(), &framed(&frames));
        let mut stream = Cursor::new(written.into_inner());
        for frame in frames {
            assert_eq!(read_frame(&mut stream, STALL).await.unwrap(), frame);
        }
        assert!(matches!(
            read_frame(&mut stream, STALL).await,
            Err(WireError::Closed)
        ));
    }

    #[tokio::test]
    async fn a_length_beyond_the_limit_is_refused_before_its_bytes() {
        let claimed = u32::try_from(FRAME_BYTES_MAX + 1).unwrap();
        let mut stream = Cursor::new(claimed.to_be_bytes());
        let refused = read_frame(&mut stream, STALL).await;
        assert!(matches!(refused, Err(WireError::TooLong(length)) if length == claimed));
    }

    #[tokio::test]
    async fn a_frame_cut_short_is_an_error() {
        let mut bytes = framed(&[b"hello"]);
        bytes.pop();
        let cut = read_frame(&mut Cursor::new(bytes), STALL).await;
        assert!(matches!(cut, Err(WireError::Io(_))));
    }

    #[tokio::test]
    async fn a_frame_that_trickles_is_stalled_and_a_silent_stream_is_not() {
        let (mine, theirs) = tokio::io::duplex(64);
        let mut mine = tokio_util::compat::TokioAsyncReadCompatExt::compat(mine);
        let mut theirs = tokio_util::compat::TokioAsyncReadCompatExt::compat(theirs);
        let silent = timeout(STALL * 3, read_frame(&mut mine, STALL)).await;
        assert!(silent.is_err(), "no byte has come: nothing is wrong");
        theirs.write_all(&[0, 0, 0, 9, b'x']).await.unwrap();
        assert!(matches!(
            read_frame(&mut mine, STALL).await,
            Err(WireError::Stalled)
        ));
    }

    #[tokio::test]
    async fn a_reader_that_does_not_read_stalls_the_writer() {
        let (mine, _theirs) = tokio::io::duplex(64);
        let mut mine = tokio_util::compat::TokioAsyncReadCompatExt::compat(mine);
        let (sender, mut receiver) = queue::new();
        sender.send(Bytes::from(vec![0; 1_000])).unwrap();
        let end = write_frames(&mut mine, &mut receiver, STALL).await;
        assert!(matches!(end, WireError::Stalled));
        assert_eq!(sender.waiting(), 1_000);
    }
}
