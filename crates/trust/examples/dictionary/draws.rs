//! Invented words, names, times: nothing in them is anybody's.

/// Draws from a fixed seed, so that the samples are the same on every run.
pub(crate) struct Draws(pub(crate) blake3::OutputReader);

impl Draws {
    pub(crate) fn number(&mut self, below: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % below
    }
    pub(crate) fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.number(words.len() as u64)).expect("small")]
    }
    pub(crate) fn sentence(&mut self, count: u64) -> String {
        let words = (0..count).map(|_| match self.number(3) {
            0 => self.name().to_lowercase(),
            _ => self.of(WORDS).to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }
    pub(crate) fn hex(&mut self, bytes: usize) -> String {
        (0..bytes)
            .map(|_| format!("{:02x}", self.number(256)))
            .collect()
    }
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "019{}-{}-7{}-{}{}-{}",
            &self.hex(3)[..5],
            self.hex(2),
            &self.hex(2)[..3],
            self.of(&["8", "9", "a", "b"]),
            &self.hex(2)[..3],
            self.hex(6)
        )
    }
    pub(crate) fn time(&mut self) -> String {
        format!(
            "20{}-{:02}-{:02}T{:02}:{:02}:{:02}{}",
            26 + self.number(4),
            1 + self.number(12),
            1 + self.number(28),
            self.number(24),
            self.number(60),
            self.number(60),
            self.of(&["+01:00", "+02:00", "Z", "+01:00"]),
        )
    }
    pub(crate) fn name(&mut self) -> String {
        let count = 2 + self.number(3);
        let name: String = (0..count).map(|_| self.of(SYLLABLES)).collect();
        let mut letters = name.chars();
        let first = letters.next().expect("syllables have letters");
        first.to_uppercase().chain(letters).collect()
    }
    pub(crate) fn number_said(&mut self) -> String {
        format!("{}-{:03}", self.of(CODES), self.number(400))
    }
}

/// Codes of posts.
pub(crate) const CODES: &[&str] = &["MAI", "CRF", "PCC", "SDI", "POL", "RAD", "ECO", "GYM"];
/// Organisations.
pub(crate) const ORGS: &[&str] = &[
    "Mairie",
    "Commune de ",
    "Croix-Rouge",
    "Protection civile",
    "Réserve communale",
    "Pompiers",
    "Services techniques",
    "Gendarmerie",
    "Communauté de communes",
    "Radioamateurs",
    "Red Cross",
    "Town hall",
    "Civil protection",
];
/// Parts of invented place names: different in nearly every sample, so that the dictionary learns
/// what surrounds a name and not the name.
pub(crate) const SYLLABLES: &[&str] = &[
    "va", "bru", "mon", "tre", "ro", "che", "fau", "pon", "ta", "mi", "les", "cour", "bel", "ni",
    "ga", "sau", "vi", "er", "lo", "den", "mar", "cy", "du", "au", "ley", "ba", "zé", "or", "ques",
    "né", "gri", "tou", "pla", "fi", "hau", "jo", "ri", "ve", "lan", "sy", "bo", "cla",
];
/// How addresses begin.
pub(crate) const STREETS: &[&str] = &[
    "rue de la",
    "rue des",
    "rue du",
    "place de l'",
    "avenue de la",
    "chemin du",
    "route de Saint-",
    "quai de l'",
    "impasse des",
    "boulevard",
    "salle des fêtes",
    "gymnase",
    "école primaire",
];
/// What titles are made of.
pub(crate) const TITLES: &[&str] = &[
    "inondation",
    "cave inondée",
    "route coupée",
    "arbre tombé sur la chaussée",
    "coupure d'électricité",
    "personne à évacuer",
    "personne isolée",
    "couvertures",
    "groupe électrogène",
    "lits de camp",
    "eau potable",
    "repas chauds",
    "pompe",
    "bénévoles",
    "sacs de sable",
    "flooded cellar",
    "road blocked",
    "power outage",
    "blankets",
    "drinking water",
    "généraliste de garde",
    "transport de personnes",
];
/// What texts are made of.
pub(crate) const WORDS: &[&str] = &[
    "l'eau monte",
    "depuis",
    "ce matin",
    "dans la",
    "il faut",
    "personnes",
    "sans électricité",
    "est coupée",
    "demande",
    "couvertures",
    "pour la nuit",
    "au gymnase",
    "équipe",
    "en attente",
    "de",
    "par téléphone",
    "par radio",
    "accès difficile",
    "avec",
    "et",
    "de la",
    "des",
    "du",
    "pour",
    "est",
    "sur place",
    "vers",
    "le secteur",
    "aux habitants",
    "à",
    "la",
    "les",
    "un",
    "une",
    "en cours",
    "au niveau",
    "besoin",
    "the water",
    "we need",
    "people",
    "and",
    "the",
    "of",
    "for",
];
/// Tags.
pub(crate) const TAGS: &[&str] = &["urgent", "nuit", "quai", "école", "sector-2", "à rappeler"];
