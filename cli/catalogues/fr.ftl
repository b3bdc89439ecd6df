# Ce que dit la ligne de commande. Une phrase par clé ; « .why » dit pourquoi, « .try » quoi faire.

## Aide
help-usage = Utilisation :
help-commands = Commandes
help-options = Options
help-arguments = Arguments
help-global = Options communes
help-values = [{ $values }]
help-default = [sinon { $value }]

cmd-beffroi = Beffroi : signalements, besoins et moyens, partagés entre les postes quand le réseau est tombé.
    .examples =
        Premiers pas :
          beffroi territory create "Orb-sur-Lez" --post "Mairie" --code MAI
          beffroi invite --role operator
          beffroi join CODE --post "Croix-Rouge" --code CRF      (sur l'autre machine)
          beffroi incident new "Cave inondée, 3 personnes" --severity severe
          beffroi status
cmd-territory = Le territoire : le créer, le voir
cmd-territory-create = Crée un territoire et fait de ce poste son premier coordinateur
cmd-territory-show = Montre le territoire et ses opérations
cmd-territory-confirm-sheets = Dit que les trois feuilles racines sont sur papier, en lieu sûr
cmd-invite = Donne un code qui fait entrer un autre poste
cmd-invite-list = Montre les invitations de ce poste
cmd-invite-cancel = Annule une invitation
cmd-join = Entre dans un territoire avec un code
cmd-unlock = Déverrouille ce poste avec la phrase de passe de ses clés
cmd-lock = Verrouille ce poste : le réseau s'arrête, les clés quittent la mémoire
cmd-passphrase = Choisit, change ou retire la phrase de passe des clés
cmd-status = Dit où en est ce poste : fiches, désaccords, autres postes
cmd-digest = Affiche l'empreinte de tout ce que tient ce poste (64 chiffres)
cmd-doctor = Cherche ce qui ne va pas et dit quoi taper
cmd-incident = Signalements
cmd-incident-new = Crée un signalement (add : de même)
cmd-incident-list = Montre les signalements
cmd-incident-show = Montre un signalement en entier
cmd-incident-edit = Modifie un signalement ; sans option, ouvre ses textes dans $EDITOR
cmd-incident-archive = Retire un signalement des listes ; rien n'est effacé
cmd-incident-history = Montre chaque changement d'un signalement
cmd-incident-close = Clôt un signalement
cmd-incident-reopen = Rouvre un signalement clos
cmd-incident-verify = Dit si un signalement est vérifié
cmd-need = Besoins
cmd-need-new = Crée un besoin (add : de même)
cmd-need-list = Montre les besoins
cmd-need-show = Montre un besoin en entier
cmd-need-edit = Modifie un besoin ; sans option, ouvre ses textes dans $EDITOR
cmd-need-archive = Retire un besoin des listes ; rien n'est effacé
cmd-need-history = Montre chaque changement d'un besoin
cmd-need-close = Clôt un besoin
cmd-need-reopen = Rouvre un besoin clos
cmd-resource = Moyens
cmd-resource-new = Crée un moyen (add : de même)
cmd-resource-list = Montre les moyens
cmd-resource-show = Montre un moyen en entier
cmd-resource-edit = Modifie un moyen ; sans option, ouvre ses textes dans $EDITOR
cmd-resource-archive = Retire un moyen des listes ; rien n'est effacé
cmd-resource-history = Montre chaque changement d'un moyen
cmd-operation = Opérations
cmd-operation-list = Montre les opérations
cmd-operation-show = Montre une opération en entier
cmd-operation-close = Clôt une opération ; ses données de personnes sont détruites partout après un délai
cmd-list = Montre les fiches d'un genre
cmd-show = Montre une fiche en entier, quel que soit son genre
cmd-forget = Efface les données de personnes d'une fiche, sur tous les postes
cmd-conflicts = Montre les désaccords à trancher
cmd-resolve = Tranche un désaccord
cmd-member = Les postes du territoire : qui est dedans, qui est dehors
cmd-member-list = Montre chaque poste, son rôle et s'il est dedans
cmd-member-show = Montre un poste : qui l'a admis, qui il a admis, ce qu'il peut lire
cmd-member-role = Donne un autre rôle à un poste, ou fait revenir un poste retiré
cmd-member-revoke = Retire un poste : machine perdue ou volée, départ, abus
    .examples =
        Un ordinateur portable a disparu vers 14 h :
          beffroi member revoke CRF --since 14:05 --why lost
        Voir d'abord ce que cela donnerait :
          beffroi member revoke CRF --since 14:05 --dry-run
cmd-member-adopt = Reprend ce qu'un poste a écrit et qui avait été mis de côté
cmd-member-deny = Coupe un poste, ici seulement : il reste membre pour les autres
cmd-root = Les feuilles racines, sous enveloppe
cmd-root-use = Se sert d'une feuille racine : retire un coordinateur, ou en nomme un
    .examples =
        Retirer un coordinateur malhonnête, et tout ce qu'il a fait depuis 9 h :
          beffroi root use --revoke ANX --since 09:00 --why abuse
        Nommer un coordinateur quand il n'y en a plus :
          beffroi root use --coordinator MAI
cmd-peer = Autres postes
cmd-peer-add = Retient l'adresse d'un poste et l'appelle
cmd-peer-list = Montre les autres postes
cmd-peer-remove = Oublie les adresses d'un poste ; il reste membre
cmd-phones = Les téléphones sur le Wi-Fi du poste, par leur navigateur : fermé tant qu'on ne l'ouvre pas
cmd-phones-on = Laisse entrer les téléphones : donne l'adresse, le code du jour et un QR code pour un téléphone
cmd-phones-off = Ferme aux téléphones : ceux qui étaient entrés sont sortis
cmd-phones-list = Montre les téléphones entrés
cmd-phones-end = Met fin à un téléphone, tout de suite
cmd-sync = Rapproche maintenant ce poste des autres
cmd-import = Lit un fichier et en fait des fiches
cmd-export = Écrit les fiches dans un fichier
cmd-bundle = Porte des entrées à un autre poste sur une clé USB
cmd-bundle-write = Écrit un colis pour une clé USB : scellé, celui qui le porte n'y lit rien
cmd-bundle-read = Prend un colis d'une clé USB ; le lire deux fois ne change rien
cmd-bundle-show = Dit ce que contient un colis, sans le prendre
arg-bundle_file = Le fichier
arg-bundle_for = Laisse de côté ce que ce poste a dit avoir ; sans cela, tout
arg-bundle_receipt = Écrit ici les reçus pour le poste auteur du colis, à lui renvoyer
cmd-journal = Le journal signé
cmd-journal-verify = Relit tout le journal et vérifie chaque signature
cmd-journal-export = Écrit tout le journal, une ligne JSON par entrée, pour un programme qui le vérifie sans Beffroi
arg-journal_output = Fichier à écrire ; - pour l'écran
cmd-journal-digest = Affiche l'empreinte en six mots, à recopier sur la main courante
cmd-journal-openings = Montre qui a ouvert des données de personnes sur ce poste
cmd-demo = Montre trois postes, une crue inventée et un désaccord, sur cette machine seule
cmd-completions = Écrit les complétions pour un shell
cmd-man = Écrit le manuel
cmd-version = Affiche les versions du client et du poste

arg-data = Dossier des données du poste (BEFFROI_DATA)
arg-daemon = Adresse du poste, à la place du dossier (BEFFROI_DAEMON)
arg-operation = Opération concernée (BEFFROI_OPERATION)
arg-json = Résultat en JSON ; --json=lines : un objet par ligne
arg-color = Couleurs : auto, always ou never (BEFFROI_COLOR)
arg-lang = Langue : fr ou en (BEFFROI_LANG)
arg-no_input = Ne pose jamais de question (BEFFROI_NO_INPUT)
arg-yes = Répond oui aux confirmations
arg-quiet = Ne dit que le résultat
arg-verbose = Montre aussi les identifiants
arg-help = Affiche l'aide
arg-version = Affiche la version
arg-territory_name = Nom du territoire, par exemple "Orb-sur-Lez"
arg-post = Nom de ce poste, par exemple "Mairie"
arg-code = Code de ce poste : 2 à 6 lettres ou chiffres, par exemple MAI
arg-insee_codes = Code INSEE d'une commune du territoire ; répétable
arg-sheets = Dossier où écrire les trois feuilles racines à imprimer
arg-role = Ce que pourra faire l'autre poste
arg-people = Il lira aussi les données de personnes
arg-expires = Durée de vie du code : 30m, 24h, 2d
arg-qr = Affiche aussi un QR code
arg-invite_id = Identifiant affiché par invite list
arg-invite_code = Code affiché par invite, par exemple 7KQ4-M2XR-9HW3
arg-join_peers = Adresse où demander, si le poste ne s'entend pas sur le réseau ; répétable
arg-wait = Durée d'attente : 30s, 5m
arg-watch = Reste affiché et se met à jour
arg-fail_if = Échoue (1) si un poste est muet depuis ce temps, si un désaccord attend, si une entrée attend
arg-title = En quelques mots, par exemple "40 lits de camp"
arg-id = Identifiant de la fiche : le même fait d'un second essai la même fiche
arg-reference = Numéro (MAI-014, mai-14), source d'un import (USH:4052) ou début de l'identifiant
arg-new_title = Nouveau titre ou nom
arg-new_status = Nouvel état, par exemple in-progress
arg-at = Position : latitude,longitude
arg-place = Lieu, en mots
arg-insee = Code INSEE du lieu
arg-tag = Étiquette ; répétable
arg-set = Tout autre champ ; répétable
arg-unset = Vide un champ ; répétable
arg-untag = Retire une étiquette ; répétable
arg-add_members = Ajoute à un champ qui est une liste ; répétable
arg-remove_members = Retire d'un champ qui est une liste ; répétable
arg-edit_strict = Refuse (5) si la fiche a changé entre-temps
arg-event_type = Type : flood, wildfire, road_blocked…
arg-severity = Gravité
arg-urgency = Urgence
arg-description = Description ; pas de noms de personnes
arg-occurred = Quand c'est arrivé, par exemple 2026-11-22T18:40:00+01:00
arg-channel = D'où vient l'information : phone, radio, in_person…
arg-need_type = Type : equipment, water, shelter, medical_care…
arg-priority = Priorité
arg-quantity = Quantité
arg-quantity_unit = Unité de la quantité : each, person, litre…
arg-due = Délai : immediate, within_1_h… ou une heure
arg-beneficiaries = Nombre de personnes concernées
arg-item = Ce qu'il faut, en mots
arg-details = Précisions ; pas de noms de personnes
arg-requester = Organisation qui demande
arg-incident = Signalement d'où vient le besoin
arg-resource_type = Type : vehicle, generator, bedding, team…
arg-mode = Un moyen seul (unique) ou un lot
arg-lot_unit = Unité du lot : each, ration, litre…
arg-capacity = Capacité
arg-capacity_unit = Unité de la capacité : person, kva…
arg-owner = Organisation propriétaire
arg-basis = À quel titre : own, agreement, requisition…
arg-conditions = Conditions d'emploi
arg-with_status = Seulement dans cet état
arg-since = Seulement ce qui a changé depuis : 2h, ou une date
arg-near = Seulement autour de : latitude,longitude,kilomètres
arg-mine = Seulement ce qui a été créé sur ce poste
arg-conflict = Seulement ce qui est en désaccord
arg-archived = Aussi ce qui est archivé
arg-private = Les données de personnes ; le poste note qu'elles ont été ouvertes
arg-forget_message = Pourquoi ; cela reste dans la main courante : pas de nom ici
arg-forget_all = La fiche elle-même aussi, avec ses textes
arg-purge_after = Jours avant la destruction des données de personnes, de 3 à 3650 : 30d
arg-close_message = Pourquoi ; cela reste dans la main courante : pas de nom ici
arg-all = Tout, pas seulement les 50 plus récents
arg-list_kind = Genre : operation, incident, need ou resource
arg-required_message = Pourquoi
arg-message = Pourquoi
arg-reason = Motif, par exemple satisfied ou duplicate
arg-verification = Ce qu'on en sait
arg-field = Champ en désaccord, par exemple severity
arg-take = Garde la valeur de ce numéro
arg-value = Garde une autre valeur
arg-address = Adresse, par exemple /ip4/192.168.1.20/tcp/7410
arg-member = Poste : code, nom, ou début de l'identifiant
arg-new_role = Ce qu'il pourra faire
arg-revoke_since = Ne plus croire ce que ce poste-ci a reçu de lui depuis : 14:05, 2h, ou une date ; sans cela, tout ce qui est reçu reste
arg-why = Pourquoi : perdu ou volé, parti, abus, remplacé
arg-also = Retire aussi ce poste, qu'il avait admis ; répétable
arg-revoke_dry_run = Dit seulement ce que cela donnerait
arg-deny_end = Ne le coupe plus
arg-sheet_file = Fichier où sont les 24 mots ; sans lui, ils sont demandés
arg-root_revoke = Retire ce poste, même coordinateur
arg-root_coordinator = Fait de ce poste un coordinateur
arg-remove = Retire la phrase de passe : les clés restent sans protection sur le disque
arg-new_file = Fichier dont la première ligne est la nouvelle phrase de passe
arg-phones_address = L'adresse de cette machine sur le Wi-Fi du poste ; sans elle, le seul réseau local qu'il y a
arg-phone = L'identifiant montré par phones list
arg-peer = Poste (code, nom) ou adresse
arg-with = Seulement avec ce poste
arg-import_file = Fichier à lire ; - pour l'entrée standard
arg-import_kind = Genre des fiches à créer
arg-map = Colonne à mettre dans un champ ; répétable
arg-import_format = Format, s'il n'est pas reconnu seul : ushahidi, csv, geojson
arg-dry_run = Dit ce qui serait fait, n'écrit rien
arg-import_strict = Refuse tout le fichier si une ligne est rejetée
arg-export_format = Format
arg-output = Fichier à écrire ; - pour la sortie standard
arg-what = Genre de fiches ; répétable en GeoJSON, qui contient sinon signalements, besoins et moyens ; le CSV en contient un seul (signalements)
arg-excel = CSV pour Excel en français
arg-posts = Nombre de postes, de 2 à 5
arg-once = S'arrête de soi-même ; échoue (1) si les postes ne finissent pas égaux
arg-keep = Dossier vide où garder les postes ; sans lui, tout est effacé à la fin
arg-shell = Le shell
arg-folder = Dossier où écrire une page par commande ; sans lui, la première page s'affiche

## Erreurs
label-error = erreur :
label-why = cause :
label-try = essayez :
usage-missing = il manque { $arguments }
usage-unknown = « { $argument } » n'existe pas ici
usage-value = « { $value } » ne convient pas pour { $argument }
usage-conflict = { $argument } ne va pas avec { $other }
usage-try = { $command } --help
unreachable = aucun Beffroi ne répond à { $address }
unreachable-no-file = ce fichier n'existe pas : le démon n'est pas lancé
unreachable-no-socket = ce fichier n'est pas une socket
    .try = donnez le dossier du poste : --data DIR
unreachable-refused = plus personne n'écoute là : le démon s'est arrêté
unreachable-denied = cet utilisateur n'a pas le droit de l'ouvrir
    .try = sudo usermod -aG beffroi $USER   (puis rouvrez la session)
unreachable-silent = la connexion reste sans réponse
    .try = attendez, puis recommencez ; sinon redémarrez beffroid
start-service = sudo systemctl start beffroi   (installé comme service)
start-own = beffroid --data { $folder }   (dans un autre terminal)
start-other = vérifiez l'adresse et que beffroid tourne, avec --api
timed-out = { $address } n'a pas répondu en { $seconds } s
    .why = la demande est partie ; ce qu'elle demandait est peut-être fait
    .try = beffroi status, puis recommencez
link-broken = la liaison avec { $address } s'est rompue
    .why = { $error }
    .try = beffroi status, puis recommencez
answer-unreadable = la réponse de { $address } ne se lit pas
    .why = { $error }
    .try = beffroi version : le client et le poste sont peut-être de versions différentes
local-file = le fichier ne s'écrit pas
    .why = { $error }
    .try = vérifiez la place et les droits ; le fichier d'avant est intact
output-failed = le résultat ne s'écrit pas : { $error }
address-unreadable = « { $address } » n'est pas l'adresse d'un poste
    .try = http://127.0.0.1:7411 ou unix:/chemin/api.sock
no-randomness = cette machine ne donne pas de hasard : { $error }
    .try = recommencez dans une minute
no-runtime = la commande ne démarre pas : { $error }
    .try = vérifiez les limites du système (ulimit -a)
not-done = rien n'a été fait
yes-or-no = (oui/non)
role-unknown = « { $role } » n'est pas un rôle
    .try = coordinator, operator, observer ou relay
edit-nothing = rien à modifier
    .try = donnez un champ, par exemple --severity severe ou --set details=…
editor-failed = l'éditeur n'a pas rendu le texte : { $error }
    .try = choisissez-en un autre : EDITOR=nano beffroi …
editor-heading = Modifiez sous les lignes « === », enregistrez, quittez. Pas de noms de personnes.
resolve-nothing = rien à trancher sur « { $field } » de { $reference }
    .try = beffroi conflicts
resolve-no-such = il n'y a que { $count } valeurs
    .try = beffroi conflicts
new-unknown = on ne sait pas si la fiche est écrite
    .why = { $error }
    .try = la même commande avec --id { $id } : s'il y en a une, c'est la même
import-unreadable = { $path } ne se lit pas
    .why = { $error }
import-rejected-lost = le fichier des lignes rejetées ne s'écrit pas : { $error }
    .why = les autres lignes sont importées
    .try = faites de la place, puis importez le fichier de nouveau : les mêmes lignes reviendront
export-failed = { $path } ne s'écrit pas
    .why = { $error }
sheets-folder = { $folder } ne prend pas les feuilles
    .why = { $error }
    .try = un autre dossier, par exemple une clé USB : --sheets /media/…
sheets-exist = { $folder } contient déjà des feuilles
    .try = un autre dossier : ce sont peut-être les seules d'un autre territoire
fails-silent = un poste est muet depuis trop longtemps
fails-conflicts = des désaccords attendent
    .try = beffroi conflicts
fails-parked = des entrées attendent un permis

## Valeurs
number = { $number }
unknown = inconnu
value-yes = oui
value-no = non
span-seconds = { $number } s
span-minutes = { $number } min
span-hours = { $number } h
span-days = { $number } j
stored-here = gardé ici
stored-by-some = gardé ici · enregistré par { $acknowledged ->
        [one] { $acknowledged } poste
       *[other] { $acknowledged } postes
    } sur { $posts }
stored-by-all = enregistré par { $acknowledged ->
        [one] { $acknowledged } poste
       *[other] { $acknowledged } postes
    } sur { $posts }

## Colonnes et vues
column-number = numéro
column-updated = modifié
column-stored = enregistré
column-code = code
column-let-in = admis par
column-post = poste
column-via = par
column-last-contact = dernier contact
column-we-lack = il nous manque
column-they-lack = il leur manque
column-state = état
column-id = identifiant
column-role = rôle
column-until = jusqu'à
column-address = adresse
column-tried = essayée
column-error = échec
shown-created = créé
shown-conflicts = désaccord sur { $fields } : beffroi conflicts, puis beffroi resolve { $reference } …
shown-private = données de personnes ({ $fields }) : beffroi show { $reference } --private
shown-private-forgotten = Les données de personnes ont été effacées pour de bon.
operation-close-really = Clore « { $operation } », et détruire ses données de personnes dans { $days ->
        [one] { $days } jour
       *[other] { $days } jours
    }, sur tous les postes ?
operation-closed = { $operation } : close. Ce poste détruira ses données de personnes après le { $at } ; les autres comptent les jours à partir du moment où ils l'apprennent.
private-none = Pas de données de personnes dans cette fiche.
private-written = { $reference } : données de personnes écrites.
private-unchanged = { $reference } : c'était déjà écrit, rien n'a changé.
private-meanwhile = D'autres ont changé entre-temps : { $fields }.
openings-none = Personne n'a ouvert de données de personnes sur ce poste.
forget-really = Effacer pour de bon, sur tous les postes, les données de personnes de { $reference } ?
forget-all-really = Effacer pour de bon, sur tous les postes, toute la fiche { $reference } ?
forgotten = { $reference } : plus personne ne les voit. Ce poste détruira les octets après le { $at } ; les autres, 72 heures après l'avoir appris.
shown-fingerprint = empreinte
shown-communes = communes
shown-post = ce poste
shown-operation = opération
shown-sheets = feuilles racines
none-operation = Aucune opération.
none-incident = Aucun signalement. Pour en créer un : beffroi incident new "…"
none-need = Aucun besoin. Pour en créer un : beffroi need new "…"
none-resource = Aucun moyen. Pour en créer un : beffroi resource new "…"
list-more = { $count ->
        [one] encore une fiche
       *[other] encore { $count } fiches
    } : --all
history-deleted = { $count ->
        [one] − { $count } caractère
       *[other] − { $count } caractères
    }
source-manual = saisie
history-adopted = écrit après le retrait, repris par un autre poste

## Champs
field-title = titre
field-name = nom
field-description = description
field-details = précisions
field-conditions = conditions
field-instructions = consignes
field-event_type = type
field-need_type = type
field-resource_type = type
field-category = catégorie
field-severity = gravité
field-urgency = urgence
field-verification = vérification
field-status = état
field-duplicate_of = doublon de
field-parent = fait partie de
field-occurred_at = survenu
field-reported_at = signalé
field-channel = canal
field-priority = priorité
field-due = délai
field-quantity = quantité
field-beneficiaries = personnes
field-incident = signalement
field-site = lieu d'accueil
field-item = objet
field-requester_org = demandeur
field-constraints = contraintes
field-closing_reason = motif de clôture
field-mode = mode
field-owner_org = propriétaire
field-unit = unité
field-capacity = capacité
field-home_site = lieu d'attache
field-skills = compétences
field-basis = titre
field-phase = phase
field-exercise = exercice
field-hazards = aléas
field-territory = communes
field-time_zone = fuseau
field-director = directeur
field-director_name = nom du directeur
field-caller = appelant
field-contact = contact
field-activated_at = activée
field-closed_at = close
field-place = lieu
field-tags = étiquettes
field-scope = diffusion
field-archived = archivé
field-source = source

## Téléphones
phones-address = les téléphones ouvrent  { $url }
phones-code = code du jour  { $code }
phones-link = ou ce QR code, pour un téléphone, jusqu'à { $until } :  { $link }
phones-seen = http en clair : d'autres sur ce Wi-Fi peuvent lire ce que les téléphones envoient et voient. Seulement sur le Wi-Fi du poste, avec son propre mot de passe. Un téléphone reste entré 12 heures.
phones-are-off = { $count ->
    [0] Fermé aux téléphones.
    [one] Fermé aux téléphones ; { $count } était entré.
   *[other] Fermé aux téléphones ; { $count } étaient entrés.
}
phones-off-now = Fermé aux téléphones. Pour les laisser entrer : beffroi phones on
phones-none = Aucun téléphone n'est entré.
phone-ended = Le téléphone { $phone } est sorti.
column-device = appareil
column-since = depuis
column-seen = vu

## Territoire, invitations, entrée
territory-created = Territoire « { $territory } » créé. Ce poste est { $post } ({ $code }), coordinateur. Opération ouverte : { $operation }
territory-fingerprint = Empreinte : { $fingerprint }
sheets-on-screen = Trois feuilles racines. Recopiez chacune sur papier maintenant : elles ne seront plus jamais affichées.
sheet-heading = Feuille { $number }
sheets-check = Vérifions que le papier est bon.
sheet-question = Feuille { $sheet }, mot { $word } :
sheet-wrong = Ce n'est pas ce mot. Relisez la feuille.
sheets-confirmed = C'est noté : les trois feuilles racines sont sur papier.
sheets-later = Quand les trois feuilles sont sur papier, en trois lieux sûrs : beffroi territory confirm-sheets
sheets-really = Les trois feuilles sont-elles sur papier, en trois lieux différents ?
sheets-are-on-paper = sur papier
sheets-not-confirmed = pas confirmées : beffroi territory confirm-sheets
sheet-written = À imprimer, puis à effacer : { $path }
sheet-file = feuille-racine
sheet-page =
    BEFFROI · FEUILLE RACINE { $number } SUR { $count }

    Territoire : { $territory }
    Empreinte  : { $fingerprint }

    Ces 24 mots permettent de reprendre la main sur le territoire si ses
    coordinateurs sont perdus. Qui les lit peut tout faire : mettez cette
    feuille sous enveloppe fermée. Les trois feuilles vont en trois lieux :
    coffre de la mairie, centre de secours, préfecture ou commune voisine.
    .foot =
        Date et signature de qui ferme l'enveloppe :

        Pour s'en servir : sur n'importe quel poste du territoire, tapez
            beffroi root use
        puis les 24 mots. Pour retirer un coordinateur malhonnête et tout
        ce qu'il a fait depuis 9 h :
            beffroi root use --revoke CODE --since 09:00 --why abuse
        Pour nommer un coordinateur quand il n'y en a plus :
            beffroi root use --coordinator CODE

        Après impression, effacez ce fichier. Ne le photographiez pas.
invite-code = code  { $code }   { $role }, une seule fois, jusqu'au { $until }
invite-elsewhere = sur l'autre machine :  beffroi join { $code } --post "Croix-Rouge" --code CRF
invite-address = s'il ne trouve pas ce poste :  --peer { $address }
invite-people = Il lira aussi les données de personnes.
invite-lives = Le code vit tant que beffroid tourne ici.
role-coordinator = coordinateur
role-operator = opérateur
role-observer = observateur
role-relay = relais
role-none = sans rôle
may-coordinator = Coordinateur : il lit et écrit tout, et fait entrer les postes.
may-operator = Opérateur : il lit et écrit tout, sauf les membres et les décisions.
may-observer = Observateur : il lit, il n'écrit pas.
may-relay = Relais : il transporte sans pouvoir lire.
invites-none = Aucune invitation. Pour en faire une : beffroi invite --role operator
invite-open = attend
invite-used = utilisée
invite-cancelled = annulée
invite-expired = périmée
invite-cancel-really = Annuler l'invitation { $id } ?
invite-is-cancelled = Invitation { $id } annulée.
join-looking = Recherche du poste qui a fait ce code, au plus { $seconds } s…
join-found = { $post } trouvé à { $address }   territoire { $territory }
join-received = { $received } entrées sur { $offered } reçues et sur le disque
join-in-step = à jour avec { $post }
join-goes-on = la réception continue : beffroi status --watch

## État
status-exercise = EXERCICE EXERCICE EXERCICE   { $operation }
status-locked = Ce poste est verrouillé.
status-locked-in = Ce poste du territoire { $territory } est verrouillé.
status-nowhere =
    Ce poste n'est dans aucun territoire.
    beffroi territory create NOM --post POSTE --code CODE   ou   beffroi join CODE --post POSTE --code CODE
status-heading = { $post } ({ $code })   { $territory }   { $role }   { $records ->
        [one] { $records } fiche
       *[other] { $records } fiches
    }   { $conflicts ->
        [one] { $conflicts } désaccord
       *[other] { $conflicts } désaccords
    }   { $parked } en attente
status-more = { $entries } entrées   empreinte { $digest }   démarrage { $boot }
status-stored-by-all = enregistrées par tous les autres : { $records ->
        [one] { $records } fiche
       *[other] { $records } fiches
    }
status-alone = pas encore d'autre poste : beffroi invite --role operator
state-in-step = à jour
state-catching-up = il nous manque { $here }, il leur manque { $there }
state-silent = muet depuis { $ago }
state-was-in-step = à jour à { $at }
state-never-heard = jamais entendu d'ici
state-carried = { $entries } sur clé depuis { $at }, sans reçu
state-blocked = bloqué : beffroi doctor
topic-post = poste
topic-disk = disque
topic-clock = horloge
topic-network = réseau
topic-peers = postes
topic-data = données
peer-added = { $address } est retenue ; ce poste l'appelle dès maintenant.
peers-none = Aucun autre poste. Pour en faire entrer un : beffroi invite --role operator
peer-remove-really = Oublier les adresses de { $peer } ?
peer-removed = Oublié : { $addresses }
sync-received = { $received ->
        [one] { $received } entrée reçue
       *[other] { $received } entrées reçues
    }
sync-not-in-step = Tous les postes ne sont pas à jour.
journal-reading = Relecture du journal…
journal-good = { $verified } entrées vérifiées sur { $entries }, { $chains } chaînes : rien d'altéré
journal-bad = { $verified } entrées vérifiées sur { $entries }, { $chains } chaînes : DES ENTRÉES SONT ALTÉRÉES
journal-judged = contenus ouverts ici : { $opened }, refusés { $refused }, pas examinés { $unjudged }
journal-verbose = Quels postes, quelles entrées : -v ou --json
journal-words = empreinte : { $words }
journal-damaged = { $count ->
        [one] { $count } entrée n'est plus ce qui a été signé : faites relire le disque, les voisins en ont une copie
       *[other] { $count } entrées ne sont plus ce qui a été signé : faites relire le disque, les voisins en ont une copie
    }
journal-fork = { $count ->
        [one] { $count } chaîne bifurque (sauvegarde restaurée, ou clé copiée)
       *[other] { $count } chaînes bifurquent (sauvegarde restaurée, ou clé copiée)
    }
journal-hole = { $count ->
        [one] { $count } entrée citée n'est pas encore arrivée
       *[other] { $count } entrées citées ne sont pas encore arrivées
    }
journal-gap = { $count ->
        [one] { $count } contenu manque sans que personne l'ait effacé : il est demandé aux autres postes
       *[other] { $count } contenus manquent sans que personne les ait effacés : ils sont demandés aux autres postes
    }
journal-refused = { $count ->
        [one] { $count } modification refusée : mal formée, sans effet sur aucun poste
       *[other] { $count } modifications refusées : mal formées, sans effet sur aucun poste
    }
journal-set-aside = { $count ->
        [one] { $count } entrée mise de côté : son auteur n'en avait pas le droit
       *[other] { $count } entrées mises de côté : leur auteur n'en avait pas le droit
    }
journal-adopted = { $count ->
        [one] { $count } entrée écrite sans droit et reprise par un coordinateur
       *[other] { $count } entrées écrites sans droit et reprises par un coordinateur
    }
journal-called-in = { $count ->
        [one] { $count } modification mise de côté qui compte quand même : d'autres ont bâti dessus
       *[other] { $count } modifications mises de côté qui comptent quand même : d'autres ont bâti dessus
    }
journal-parked = { $count ->
        [one] { $count } entrée attend : son auteur n'est pas encore connu ici
       *[other] { $count } entrées attendent : leur auteur n'est pas encore connu ici
    }
journal-erased = { $count ->
        [one] { $count } contenu effacé pour de bon (demande d'effacement, ou opération close)
       *[other] { $count } contenus effacés pour de bon (demande d'effacement, ou opération close)
    }
journal-carried = { $count ->
        [one] { $count } contenu que ce poste ne peut pas lire n'est plus gardé ici
       *[other] { $count } contenus que ce poste ne peut pas lire ne sont plus gardés ici
    }
journal-other = { $count ->
        [one] { $count } constat d'un genre inconnu de cette version
       *[other] { $count } constats d'un genre inconnu de cette version
    }

## Fiches
new-replayed = Cette fiche était déjà écrite : c'est la même.
edit-unchanged = Ces valeurs y étaient déjà.
edit-changed-meanwhile = Changé entre-temps par d'autres : { $fields }
edit-conflicts = Deux valeurs maintenant côte à côte sur { $fields } : beffroi conflicts
edit-kept = Ce que vous avez tapé est gardé dans { $path }
archive-really = Archiver { $reference } ?
conflicts-none = Rien à trancher.
conflict-used = en attendant : { $used }      beffroi resolve { $reference } { $field } --take { $n }

## Fichiers
import-did = créées { $created }   modifiées { $updated }   déjà là { $already }   rejetées { $rejected }
import-would = seraient créées { $created }   modifiées { $updated }   déjà là { $already }   rejetées { $rejected }   (rien n'est écrit)
import-line = ligne { $line }
import-more-rejected = et encore { $count } rejetées
import-more-notes = et encore { $count } remarques
import-private = { $count ->
        [one] { $count } champ privé laissé de côté.
       *[other] { $count } champs privés laissés de côté.
    }
import-columns = Colonnes laissées de côté : { $columns } (--map COLONNE=CHAMP)
import-rejected-file = Lignes rejetées : { $path }
export-written = { $path }   { $bytes } octets
version-own = beffroi { $version }
version-daemon = beffroid { $version }   { $address }
version-no-daemon = aucun poste ne répond

## Démonstration
demo-starting = Exercice : { $posts } postes démarrent sur cette machine.
demo-founded = { $post } fonde le territoire { $territory }.
demo-joined = { $post } y entre avec une invitation.
demo-opened = Opération ouverte : { $title }
demo-playing = On joue { $records } fiches et { $acts } changements, tapés à tous les postes.
demo-all-equal = Les { $posts } postes sont égaux.
demo-cut = { $post } n'entend plus personne.
demo-wrote-apart = { $post } écrit, chacun de son côté : { $field } = { $value }
demo-reported-apart = { $post } signale, sans réseau : { $reference }   { $title }
demo-heard-again = { $post } entend de nouveau les autres.
demo-column-records = fiches
demo-column-entries = entrées
demo-column-words = empreinte
demo-same = Les { $posts } postes tiennent exactement la même chose. Un désaccord reste à trancher par une personne :
demo-where = { $post }   { $data }   { $url }
demo-next =
    À vous, dans un autre terminal :
      beffroi --data { $data } conflicts
      beffroi --data { $data } resolve { $reference } { $field } --take 1
      beffroi --data { $data } status
demo-until-removed = Ctrl-C arrête tout et efface les dossiers.
demo-until-kept = Ctrl-C arrête tout ; les dossiers restent.
demo-ending = Les postes s'arrêtent.
demo-wait-answer = { $post } répond
demo-wait-record = la fiche arrive à { $post }
demo-wait-equal = tous les postes tiennent la même chose
demo-waited = attendu { $seconds } s en vain : { $what }
    .why = cette machine est trop chargée, ou un poste ne va pas bien
    .try = beffroi demo --keep DIR : les journaux restent dans DIR/*.log
demo-interrupted = démonstration interrompue
demo-no-daemon = beffroid est introuvable
    .why = il n'est ni à côté de beffroi, ni dans PATH
    .try = cargo build --bins   (dans les sources)   ou installez le paquet beffroi
demo-not-started = { $program } ne démarre pas
    .why = { $error }
    .try = cargo build --bins   (dans les sources)   ou installez de nouveau le paquet beffroi
demo-post-ended = { $post } s'est arrêté tout seul ({ $status })
    .why = { $log }
    .try = beffroi demo --keep DIR : les journaux restent dans DIR/*.log
demo-folder = { $folder } ne prend pas les postes
    .why = { $error }
    .try = un autre dossier : --keep DIR
demo-folder-taken = { $folder } n'est pas vide
    .try = un autre dossier : --keep DIR
demo-not-removed = { $folder } ne s'efface pas
    .why = { $error }
    .try = rm -r { $folder }
demo-not-played = « { $record } » n'est pas dans l'exercice
demo-differs = les postes ne finissent pas comme ils devraient
    .why = { $lines }
    .try = beffroi demo --once --keep DIR : les postes et leurs journaux restent dans DIR
demo-differs-holds = { $post } : { $entries } entrées, empreinte { $words }
demo-differs-unlisted = { $post } : le désaccord n'est pas dans sa liste
demo-differs-text = { $post } : le texte ne porte pas les deux modifications

## Fichiers sur une clé USB.

bundle-written = { $path }   { $entries } entrées, { $receipts ->
    [0] aucun reçu
    [one] { $receipts } reçu
   *[other] { $receipts } reçus
}
bundle-private = { $private ->
    [0]  aucune donnée sur des personnes
   *[other]  données sur des personnes : { $private }, scellées
}
bundle-next =  Sur l'ordinateur de { $post } :  beffroi bundle read FICHIER
bundle-next-anybody =  Sur tout autre poste du territoire :  beffroi bundle read FICHIER
bundle-read = { $new } nouvelles, { $known } déjà connues : toutes sur le disque
bundle-parked =  { $parked } mises de côté : leur auteur n'est pas encore connu ici
bundle-refused-invalid =  { $count } refusées : leur signature ou leur forme est fausse
bundle-refused-no-room =  { $count } refusées : plus de place pour des auteurs inconnus ; relisez le colis quand ils seront admis
bundle-receipts =  { $count ->
    [one] 1 reçu pour un colis écrit ici
   *[other] { $count } reçus pour des colis écrits ici
}
bundle-receipt-kept =  Le reçu repart avec le prochain colis écrit ici.
bundle-receipt-written =  Le reçu est dans { $path } : il retourne au poste qui a écrit le colis.
bundle-shown-writer = écrit par { $writer }, { $at }
bundle-shown-ours =  de ce territoire ({ $territory })
bundle-shown-other =  d'un AUTRE territoire ({ $territory }) : ce poste ne le prend pas
bundle-shown-anybody =  pour tout poste
bundle-shown-for =  pour { $post }
bundle-shown-counts =  { $entries } entrées, { $receipts ->
    [0] aucun reçu
    [one] { $receipts } reçu
   *[other] { $receipts } reçus
}

## Postes dedans et dehors
member-people = {" "}+ personnes
member-by-root = une feuille racine
member-this-post = ce poste
member-in = dedans
member-out = dehors
member-void = sans droit : qui l'a admis ne le pouvait pas
member-denied = coupé ici
member-set-aside = { $count ->
        [0] rien mis de côté
        [one] { $count } saisie mise de côté
       *[other] { $count } saisies mises de côté
    }
member-withdrawn = retiré ({ $why }) { $at } · appris par { $learnt } des { $posts } postes
why-lost = perdu ou volé
why-left = parti
why-abuse = abus
why-replaced = remplacé
member-wrote = a écrit
member-reads = peut lire
member-let-in = a admis :
member-records = { $count } { $kind ->
        [operation] { $count ->
            [0] opération
            [one] opération
           *[other] opérations
        }
        [incident] { $count ->
            [0] signalement
            [one] signalement
           *[other] signalements
        }
        [need] { $count ->
            [0] besoin
            [one] besoin
           *[other] besoins
        }
        [resource] { $count ->
            [0] moyen
            [one] moyen
           *[other] moyens
        }
       *[other] fiches
    }
member-people-count = données de personnes de { $count ->
        [0] { $count } fiche
        [one] { $count } fiche
       *[other] { $count } fiches
    }
member-people-some = des données de personnes, que ce poste ne peut pas compter
member-reads-nothing = rien
member-role-is = { $post } est maintenant { $role }
member-adopted = { $count ->
        [0] rien n'est repris
        [one] { $count } saisie de { $post } est reprise
       *[other] { $count } saisies de { $post } sont reprises
    }
revoke-since = Depuis quand ne faut-il plus le croire ? (14:05, 2h ; Entrée : tout ce qui est reçu reste)
revoke-since-unreadable = Écrivez une heure (14:05), une durée (2h), ou rien.
revoke-why = Pourquoi ? (1 à 4)
revoke-weight = saisies gardées : { $kept } ; mises de côté : { $aside }
revoke-could-read = pouvait lire : { $what }
revoke-let-in = a admis, et ils restent (--also POSTE pour les retirer aussi) :
revoke-really = Retirer { $post } du territoire ?
revoked = { $post } est retiré
revoked-learnt = appris par { $learnt } des { $posts } autres postes ; suite : beffroi member list
revoked-entries = saisies gardées : { $kept } ; mises de côté : { $aside } (beffroi member adopt les reprend)
revoked-keys = les clés sont changées : il ne lira rien de nouveau
revoked-keys-left = les clés des données de personnes sont à changer par un coordinateur qui les lit ; son poste le fait seul
revoked-holds-on = mais { $post } garde un droit donné plus haut : sortez une enveloppe, beffroi root use
denied = { $post } est coupé ici seulement ; dites-le aux autres postes
denied-no-more = { $post } n'est plus coupé ici
root-type-words = Tapez les 24 mots de la feuille, dans l'ordre ; plusieurs par ligne si vous voulez. Ils s'affichent : restez seul devant l'écran.
root-next-word = mot { $number } :
root-no-words = il n'y a personne pour taper les mots
    .try = beffroi root use FICHIER
root-file = { $path } ne se lit pas : { $error }
root-sheet-right = c'est la feuille { $sheet } de ce territoire
root-what-next = Rien n'a été fait. Dites quoi : --revoke POSTE pour retirer un poste, --coordinator POSTE pour en nommer un.
root-coordinator-really = Faire de { $post } un coordinateur ?
root-made-coordinator = { $post } est coordinateur. Remettez la feuille sous enveloppe.
## Keys
unlocked = Déverrouillé. Ce poste retrouve ses fiches et les autres postes.
locked = Verrouillé. Pour reprendre : beffroi unlock
passphrase-question = Phrase de passe des clés de ce poste :
passphrase-wrong-question = Ce n'est pas elle ; rien n'a été détruit. Phrase de passe :
passphrase-propose =
    Une phrase de passe garde les clés de ce poste si la machine est volée éteinte. Perdue, elle ne se
    retrouve pas : le poste rejoint alors avec un nouveau code, et ses fiches reviennent des voisins.
    Proposée :   { $proposed }
    Entrée la prend (écrivez-la d'abord sur papier) ; ou tapez la vôtre ; ou un tiret (-) pour aucune :
    un relais, ou un poste qui doit redémarrer sans personne, peut rester sans.
passphrase-choose = Phrase de passe [Entrée : la proposée] :
passphrase-again = Encore une fois :
passphrase-differs = Ce n'est pas la même.
passphrase-without = Sans phrase de passe : qui prend cette machine lit tout ce qu'elle lit. Plus tard : beffroi passphrase
passphrase-set = Les clés sont sous la nouvelle phrase de passe. Elle sera demandée à chaque démarrage et pour chaque acte.
passphrase-removed = Les clés n'ont plus de phrase de passe : gardez cette machine sous clé, son disque chiffré.
passphrase-remove-really = Laisser les clés sans protection sur le disque ?
passphrase-file-stale =
    Attention : { $file } contient une autre phrase de passe. Au prochain démarrage ce poste attendra
    « beffroi unlock » tant que ce fichier n'est pas corrigé.
passphrase-not-asked = aucune phrase de passe n'a été donnée
    .why = Il n'y a personne à un terminal pour la taper.
    .try = beffroi passphrase --new-file FICHIER, ou beffroi passphrase --remove
passphrase-file-unreadable = le fichier { $file } ne se lit pas
    .why = { $error }
    .try = vérifiez son chemin et ses droits
