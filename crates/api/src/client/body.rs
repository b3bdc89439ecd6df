//! A request body read from a file as it is sent.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use hyper::body::{Body, Frame};
use tokio::io::{AsyncRead, ReadBuf};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Streams a reader until its end.
pub(super) struct Reading<R> {
    reader: R,
    chunk: Box<[u8]>,
}

impl<R> Reading<R> {
    pub(super) fn new(reader: R) -> Reading<R> {
        Reading {
            reader,
            chunk: vec![0; CHUNK_BYTES].into_boxed_slice(),
        }
    }
}

impl<R: AsyncRead + Unpin> Body for Reading<R> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        let mut buffer = ReadBuf::new(&mut this.chunk);
        match ready!(Pin::new(&mut this.reader).poll_read(context, &mut buffer)) {
            Err(error) => Poll::Ready(Some(Err(error))),
            Ok(()) if buffer.filled().is_empty() => Poll::Ready(None),
            Ok(()) => {
                let bytes = BytesMut::from(buffer.filled()).freeze();
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
        }
    }
}
