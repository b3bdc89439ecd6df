//! An allocator that counts what each thread holds, so that a run that claims memory for a length it was
//! merely told is noticed: before the machine is out of memory, and whether or not the memory is touched.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// To be declared `#[global_allocator]` by a test.
pub struct Counting;

thread_local! {
    static HELD: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

fn add(bytes: usize) {
    let bytes = isize::try_from(bytes).unwrap_or(isize::MAX);
    // A thread that ends frees after its counters are gone: that is nobody's run.
    HELD.try_with(|held| {
        held.set(held.get().saturating_add(bytes));
        PEAK.try_with(|peak| peak.set(peak.get().max(held.get())))
            .ok();
    })
    .ok();
}

fn take(bytes: usize) {
    let bytes = isize::try_from(bytes).unwrap_or(isize::MAX);
    HELD.try_with(|held| held.set(held.get().saturating_sub(bytes)))
        .ok();
}

// SAFETY: every call goes to the system's allocator with the arguments it came with; the counters are
// plain cells of the thread, which allocate nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        take(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Old and new may both be there while one is copied to the other.
        add(size);
        take(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.realloc(at, layout, size) }
    }
}

/// The most bytes this thread held above what it holds now, while the work was done.
pub fn peak_of<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = HELD.get();
    PEAK.set(before);
    let done = work();
    (done, usize::try_from(PEAK.get() - before).unwrap_or(0))
}
