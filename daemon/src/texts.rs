//! What `beffroid` says at a terminal, in French and in English.

use beffroi_api::Language;

/// The sentences of one language.
#[derive(Debug)]
pub struct Texts {
    /// What the program is.
    pub about: &'static str,
    /// Where to go on.
    pub after_help: &'static str,
    /// `--data`.
    pub data: &'static str,
    /// `--config`.
    pub config: &'static str,
    /// `--listen`.
    pub listen: &'static str,
    /// `--api`.
    pub api: &'static str,
    /// `--check`.
    pub check: &'static str,
    /// `--new-post`.
    pub new_post: &'static str,
    /// `--offline`.
    pub offline: &'static str,
    /// `--passphrase-file`.
    pub passphrase_file: &'static str,
    /// What stands before an error.
    pub error: &'static str,
    /// `--check` found nothing wrong.
    pub fine: &'static str,
}

/// French, the first language.
pub static FRENCH: Texts = Texts {
    about: "Le démon de Beffroi : il garde les fiches de ce poste et les partage avec les autres postes, sans serveur.",
    after_help: "Ensuite, dans un autre terminal : beffroi territory create NOM --post NOM --code CODE, ou beffroi join CODE.\nAide : beffroi --help",
    data: "Dossier des données de ce poste",
    config: "Fichier de configuration (voir docs/config.toml)",
    listen: "Adresse d'écoute pour les autres postes, à la place de celles du fichier",
    api: "Adresse locale de l'interface, ou off",
    check: "Vérifie la configuration et les données, puis s'arrête",
    new_post: "Garde les fiches et jette les clés : cette machine devient un nouveau poste",
    offline: "N'ouvre aucun lien vers d'autres postes : on continue seul, rien n'est perdu",
    passphrase_file: "Fichier dont la première ligne ouvre les clés",
    error: "erreur",
    fine: "configuration et données : rien à signaler",
};

/// English, the second.
pub static ENGLISH: Texts = Texts {
    about: "Beffroi's daemon: keeps the records of this post and shares them with other posts, without a server.",
    after_help: "Then, in another terminal: beffroi territory create NAME --post NAME --code CODE, or beffroi join CODE.\nHelp: beffroi --help",
    data: "Data folder of this post",
    config: "Configuration file (see docs/config.toml)",
    listen: "Address other posts reach, instead of those in the file",
    api: "Local address of the interface, or off",
    check: "Checks configuration and data, and ends",
    new_post: "Keeps the records and drops the keys: this machine becomes a new post",
    offline: "Opens no link to other posts: work goes on alone, nothing is lost",
    passphrase_file: "File whose first line opens the keys",
    error: "error",
    fine: "configuration and data: nothing to report",
};

impl Texts {
    /// The sentences of a language.
    #[must_use]
    pub fn of(language: Language) -> &'static Texts {
        match language {
            Language::French => &FRENCH,
            Language::English => &ENGLISH,
        }
    }

    /// The sentences of whoever started us: `BEFFROI_LANG`, else the locale.
    #[must_use]
    pub fn of_environment() -> &'static Texts {
        let set = ["BEFFROI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        Texts::of(Language::from_locale(&set.unwrap_or_default()))
    }
}
