//! How bytes travel: finds peers, secures links, carries frames.
