//! What wrong passphrases, cut files and crashes leave of the keys.

use beffroi_trust::RingSecret;
use beffroi_trust::ids::RING_COMMON;

use super::*;

struct Post {
    _temporary: tempfile::TempDir,
    folder: Folder,
}

impl Post {
    fn new() -> Post {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::open(&temporary.path().join("post")).unwrap();
        Post {
            _temporary: temporary,
            folder,
        }
    }

    fn file(&self) -> Vec<u8> {
        fs::read(self.folder.keystore()).unwrap()
    }

    fn opens(&self, passphrase: &str) -> bool {
        Vault::unlock(&self.folder, passphrase).is_ok()
    }

    fn passphrase_file(&self, text: &str) -> std::path::PathBuf {
        let path = self.folder.root().join("passphrase");
        fs::write(&path, text).unwrap();
        path
    }
}

fn key(passphrase: &str) -> Option<KeystoreKey> {
    Some(KeystoreKey::new(passphrase, dice::bytes()).unwrap())
}

fn rings() -> RingKeys {
    let mut rings = RingKeys::new();
    rings.insert(RING_COMMON, RingSecret::from_bytes(&[7; 32]));
    rings
}

#[test]
fn wrong_passphrase_destroys_nothing() {
    let post = Post::new();
    let vault = Vault::create(&post.folder, key("abricot cendre")).unwrap();
    vault.save(&rings()).unwrap();
    let before = post.file();
    for wrong in ["abricot", "", "Abricot cendre", "abricot cendre "] {
        assert!(!post.opens(wrong), "{wrong:?}");
        let file = post.passphrase_file(wrong);
        let found = Found::at_start(&post.folder, Some(&file)).unwrap();
        assert!(matches!(found, Found::Locked), "{wrong:?}");
    }
    assert_eq!(post.file(), before);
    let (opened, keystore) = Vault::unlock(&post.folder, "abricot cendre").unwrap();
    assert_eq!(opened.device().id(), vault.device().id());
    assert_eq!(keystore.rings, rings());
}

#[test]
fn truncated_keystore_is_said_and_kept() {
    for key in [None, key("abricot")] {
        let post = Post::new();
        Vault::create(&post.folder, key).unwrap();
        let whole = post.file();
        let file = post.passphrase_file("abricot");
        for length in [1, 16, 17, whole.len() / 2, whole.len() - 1] {
            fs::write(post.folder.keystore(), &whole[..length]).unwrap();
            let refused = Found::at_start(&post.folder, Some(&file));
            let damaged = matches!(refused, Err(VaultError::Keystore(KeystoreError::Damaged)));
            assert!(damaged, "{length}");
            assert_eq!(post.file(), &whole[..length], "as it was found");
        }
        fs::write(post.folder.keystore(), &whole).unwrap();
        let found = Found::at_start(&post.folder, Some(&file)).unwrap();
        assert!(matches!(found, Found::Open(_)));
    }
}

#[test]
fn keys_without_file_or_person_wait_locked_and_open_ones_do_not() {
    let post = Post::new();
    assert!(matches!(
        Found::at_start(&post.folder, None).unwrap(),
        Found::None
    ));
    let mut vault = Vault::create(&post.folder, None).unwrap();
    assert!(matches!(
        Found::at_start(&post.folder, None).unwrap(),
        Found::Open(_)
    ));
    vault.reseal(key("abricot"), &rings()).unwrap();
    assert!(matches!(
        Found::at_start(&post.folder, None).unwrap(),
        Found::Locked
    ));
    let file = post.passphrase_file("abricot\nsecond line\n");
    let Found::Open(keys) = Found::at_start(&post.folder, Some(&file)).unwrap() else {
        unreachable!("the file opens them")
    };
    assert_eq!(keys.1.rings, rings());
}

/// A crash can only fall between these steps: nothing written beside; a part written beside; all of it
/// written beside, not renamed; renamed.
#[test]
fn each_step_of_a_change_of_passphrase_opens_with_one_of_the_two() {
    for (old, new) in [
        (key("ancienne"), key("nouvelle")),
        (None, key("nouvelle")),
        (key("ancienne"), None),
    ] {
        let was_open = old.is_none();
        let post = Post::new();
        let mut vault = Vault::create(&post.folder, old).unwrap();
        vault.save(&rings()).unwrap();
        let before = post.file();
        let becomes_open = new.is_none();
        vault.reseal(new, &rings()).unwrap();
        let after = post.file();
        let beside = post.folder.keystore().with_extension("new");
        assert!(!beside.exists());
        let opens_as = |open: bool, passphrase: &str| {
            post.folder.clear_unfinished_keys().unwrap();
            assert!(!beside.exists(), "what was begun is removed at the start");
            match Found::at_start(&post.folder, None).unwrap() {
                Found::Open(keys) => assert!(open && keys.1.rings == rings()),
                Found::Locked => assert!(!open && post.opens(passphrase)),
                Found::None => unreachable!("keys are there"),
            }
        };
        for written in [0, 1, after.len() / 2, after.len()] {
            fs::write(post.folder.keystore(), &before).unwrap();
            fs::write(&beside, &after[..written]).unwrap();
            opens_as(was_open, "ancienne");
        }
        fs::write(post.folder.keystore(), &after).unwrap();
        opens_as(becomes_open, "nouvelle");
        if !becomes_open {
            assert!(!post.opens("ancienne"));
        }
    }
}

#[test]
fn a_change_that_the_disk_refuses_leaves_the_old_passphrase_in_use() {
    let post = Post::new();
    let mut vault = Vault::create(&post.folder, key("ancienne")).unwrap();
    let before = post.file();
    // A folder in its place: the new file cannot be written.
    let beside = post.folder.keystore().with_extension("new");
    fs::create_dir(&beside).unwrap();
    assert!(vault.reseal(key("nouvelle"), &rings()).is_err());
    assert_eq!(post.file(), before);
    fs::remove_dir(&beside).unwrap();
    vault.save(&rings()).unwrap();
    assert!(post.opens("ancienne") && !post.opens("nouvelle"));
}
