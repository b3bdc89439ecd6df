//! Bytes until the end of the stream, at most 16 KiB.

use std::io;

use bytes::Bytes;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::{StreamProtocol, request_response};

use crate::limits::PORCH_BYTES_MAX;

/// The codec of the porch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opaque;

/// More came than a porch carries.
#[derive(Debug, thiserror::Error)]
#[error("longer than {PORCH_BYTES_MAX} bytes")]
pub(crate) struct TooLong;

async fn read<T: AsyncRead + Unpin + Send>(stream: &mut T) -> io::Result<Bytes> {
    let most = u64::try_from(PORCH_BYTES_MAX).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    stream.take(most + 1).read_to_end(&mut bytes).await?;
    if bytes.len() > PORCH_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, TooLong));
    }
    Ok(Bytes::from(bytes))
}

async fn write<T: AsyncWrite + Unpin + Send>(stream: &mut T, bytes: Bytes) -> io::Result<()> {
    stream.write_all(&bytes).await?;
    stream.flush().await
}

impl request_response::Codec for Opaque {
    type Protocol = StreamProtocol;
    type Request = Bytes;
    type Response = Bytes;

    async fn read_request<T>(&mut self, _: &StreamProtocol, stream: &mut T) -> io::Result<Bytes>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(stream).await
    }

    async fn read_response<T>(&mut self, _: &StreamProtocol, stream: &mut T) -> io::Result<Bytes>
    where
        T: AsyncRead + Unpin + Send,
    {
        read(stream).await
    }

    async fn write_request<T>(
        &mut self,
        _: &StreamProtocol,
        stream: &mut T,
        request: Bytes,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(stream, request).await
    }

    async fn write_response<T>(
        &mut self,
        _: &StreamProtocol,
        stream: &mut T,
        answer: Bytes,
    ) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        write(stream, answer).await
    }
}
