//! The pages of `docs/walkthroughs` say what happens: each is run, command by command.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use beffroi_tests::walkthrough;

/// Lines of a page: what a newcomer reads in one sitting.
const PAGE_LINES_MAX: usize = 90;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/walkthroughs")
}

/// A test a page, and the names of all.
macro_rules! pages {
    ($($test:ident = $name:literal),+ $(,)?) => {
        $(#[test]
        fn $test() {
            walkthrough::run(&folder().join($name));
        })+

        const PAGES: &[&str] = &[$($name),+];
    };
}

pages! {
    first_territory = "first-territory.md",
    second_post = "second-post.md",
    import_and_export = "import-and-export.md",
    a_disagreement = "a-disagreement.md",
}

#[test]
fn every_page_is_run_and_short() {
    let found: BTreeSet<String> = fs::read_dir(folder())
        .expect("the pages")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .filter(|name| name != "README.md")
        .collect();
    assert_eq!(found, PAGES.iter().map(|&name| name.to_owned()).collect());
    for name in PAGES {
        let text = fs::read_to_string(folder().join(name)).expect("a page");
        let lines = text.lines().count();
        assert!(lines <= PAGE_LINES_MAX, "{name} has {lines} lines");
    }
}
