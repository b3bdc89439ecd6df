# Problèmes et constats de l'interface locale. Une phrase par ligne ; ce qui est après « .hint » dit quoi faire.

## Titres
code-bad_request = La demande ne se lit pas
code-bad_method = Cette méthode n'est pas prise ici
code-too_large = C'est trop gros
code-unsupported_type = Ce type n'est pas reconnu
code-no_session = La page n'est pas ouverte
code-bad_token = Le jeton n'est pas bon
code-locked = Le poste est verrouillé
code-passphrase_needed = La phrase de passe est demandée
code-role_forbids = Le rôle de ce poste ne le permet pas
code-bad_origin = La demande vient d'une autre page
code-bad_form_token = Le formulaire n'est plus valable
code-not_found = Introuvable
code-gone = Ce n'est plus là
code-id_reused = Cet identifiant est déjà pris
code-already_settled = C'est déjà fait
code-heads_moved = La fiche a changé entre-temps
code-ambiguous = Il y en a plusieurs
code-choose_operation = Quelle opération ?
code-field_invalid = Un champ est à corriger
code-bad_transition = Ce n'est pas possible dans cet état
code-bad_file = Le fichier n'est pas ce qu'il annonce
code-rate_limited = Trop de demandes
code-busy = Le poste est occupé
code-not_received_yet = Pas encore reçu
code-store_full = Le disque est plein
code-store_failed = Le disque a échoué
code-wrong_host = La demande s'adresse à un autre hôte
code-no_territory = Ce poste n'est dans aucun territoire

## Causes
cause-body_unreadable = Le contenu envoyé n'est pas celui attendu : { $error }.
    .hint = Corrigez-le ; rien n'a été écrit.
cause-parameter_unreadable = « { $value } » n'est pas une valeur de « { $name } ».
    .hint = Voyez les valeurs possibles dans l'aide de la commande.
cause-invite_mistyped = Ce code d'invitation ne peut pas exister : il a été mal lu ou mal tapé.
    .hint = Retapez les douze caractères, par exemple 7KQ4-M2XR-9HW3 ; les tirets et les minuscules ne comptent pas.
cause-address_unreadable = « { $address } » n'est pas une adresse de poste.
    .hint = Écrivez-la ainsi : /ip4/192.168.1.20/tcp/7410
cause-body_too_large = La demande dépasse { $limit } Kio.
    .hint = Raccourcissez le texte, ou coupez-le en deux fiches.
cause-file_too_large = Le fichier dépasse { $limit } Mio.
    .hint = Coupez-le en plusieurs fichiers.
cause-type_unsupported = Le type « { $sent } » n'est pas lu ici.
    .hint = Envoyez du JSON : Content-Type: application/json
cause-format_unsupported = Le format « { $format } » n'est pas connu.
    .hint = Formats connus : { $known }.
cause-one_kind_a_file = Un fichier { $format } contient un seul genre de fiches.
    .hint = Un fichier par genre (--what need -o besoins.{ $format }), ou un seul pour tous : --format geojson
cause-session_missing = Cette page s'ouvre depuis le poste.
    .hint = Sur le poste, tapez : beffroi web
cause-token_wrong = Le jeton manque, est faux ou a été retiré.
    .hint = Donnez-le par BEFFROI_TOKEN, ou passez par --data sur la machine du poste.
cause-keys_locked = Les clés du poste attendent la phrase de passe.
    .hint = beffroi unlock
cause-passphrase_missing = Cet acte redemande la phrase de passe des clés.
    .hint = Recommencez à un terminal, qui la demandera ; un programme nomme son fichier dans BEFFROI_PASSPHRASE_FILE.
cause-passphrase_wrong = Ce n'est pas la phrase de passe des clés. Rien n'a été changé ni détruit.
    .hint = Essayez encore : majuscules, accents et espaces comptent.
cause-passphrase_tries = Trop de phrases de passe fausses.
    .hint = Essayez de nouveau dans { $seconds } s. Rien n'a été détruit.
cause-passphrase_none = Les clés de ce poste n'ont pas de phrase de passe : on ne pourrait plus les rouvrir.
    .hint = Choisissez-en une : beffroi passphrase
cause-unlocked_already = Ce poste n'est pas verrouillé.
    .hint = Rien à faire. Pour le verrouiller : beffroi lock
cause-keys_unreadable = Le fichier des clés ne se lit pas : { $error }.
    .hint = Rien n'a été changé. Le fichier est keys/keystore dans le dossier du poste ; s'il est perdu, démarrez avec --new-post et rejoignez avec un nouveau code.
cause-role_too_narrow = Ce poste est { $role ->
        [coordinator] coordinateur
        [operator] opérateur
        [observer] observateur
        [relay] relais
       *[other] { $role }
    } : il n'a pas le droit de faire cela.
    .hint = Demandez-le à un poste coordinateur.
cause-post_withdrawn = Ce poste a été retiré du territoire par { $by } : il ne montre plus rien et n'accepte plus de saisie.
    .hint = Ce que ce poste n'a pas encore transmis peut être remis : beffroi bundle write FICHIER, puis portez la clé à un coordinateur. Pour revenir : un nouveau code, sur une machine remise à neuf.
cause-post_out = Ce poste n'est plus membre du territoire : il ne montre plus rien et n'accepte plus de saisie.
    .hint = Ce que ce poste n'a pas encore transmis peut être remis : beffroi bundle write FICHIER, puis portez la clé à un coordinateur. Pour revenir : un nouveau code, sur une machine remise à neuf.
cause-withdraw_self = Un poste ne se retire pas lui-même et ne change pas son propre rôle.
    .hint = Demandez-le à un autre coordinateur, ou sortez une enveloppe : beffroi root use
cause-rank_too_low = { $member } a été admis au-dessus ou à côté de ce poste : ce poste ne peut pas le retirer.
    .hint = Appelez le poste qui l'a admis, ou sortez une enveloppe : beffroi root use. En attendant, coupez ici : beffroi member deny
cause-member_out = { $member } est déjà dehors.
    .hint = Voyez qui l'a retiré : beffroi member list
cause-role_held_already = Ce poste a déjà ce rôle.
    .hint = Voyez les rôles : beffroi member list
cause-nothing_to_adopt = Rien de ce poste n'est mis de côté : il n'y a rien à reprendre.
    .hint = S'il a encore des saisies non transmises, lisez d'abord son colis : beffroi bundle read FICHIER
cause-member_unknown = Aucun poste ne s'appelle « { $member } ».
    .hint = Voyez les postes : beffroi member list
cause-member_ambiguous = Plusieurs postes s'appellent « { $member } ».
    .hint = Donnez le début de son identifiant : beffroi member list -v
cause-sheet_count = Une feuille racine porte 24 mots ; il y en a { $count }.
    .hint = Retapez les 24 mots dans l'ordre de la feuille.
cause-sheet_word_unknown = Le mot { $position } n'est pas un mot de feuille racine.
    .hint = Relisez ce mot sur la feuille ; rien n'a été fait.
cause-sheet_mistyped = Ces mots existent mais ne vont pas ensemble : l'un est faux, ou deux sont échangés.
    .hint = Relisez la feuille ligne par ligne ; rien n'a été fait.
cause-sheet_foreign = Cette feuille est celle d'un autre territoire.
    .hint = Comparez l'empreinte imprimée sur la feuille à celle de : beffroi territory show
cause-not_a_member = Ce poste n'est plus membre du territoire : on lui a retiré son droit.
    .hint = Ce qu'il avait est toujours lisible. Appelez un coordinateur.
cause-people_not_held = Ce poste ne lit pas les données de personnes : il ne peut ni en écrire, ni en donner le droit.
    .hint = Demandez à un coordinateur qui les lit.
cause-people_not_for_role = Seuls un coordinateur et un opérateur peuvent lire les données de personnes.
    .hint = Refaites l'invitation sans --people, ou avec un autre rôle.
cause-origin_foreign = La demande a été envoyée par une autre page que celles de ce poste.
    .hint = Ouvrez la page du poste et recommencez.
cause-form_token_wrong = Le formulaire date d'une autre session.
    .hint = Rechargez la page ; ce que vous avez tapé est gardé.
cause-record_unknown = Aucune fiche « { $reference } » sur ce poste.
    .hint = Cherchez-la avec beffroi list. Si un autre poste l'a écrite, elle n'est peut-être pas arrivée : beffroi status
cause-private_forgotten = Les données de personnes de « { $reference } » ont été effacées pour de bon : rien ne peut plus y être écrit.
    .hint = Créez une nouvelle fiche si quelqu'un doit être rappelé.
cause-private_nothing = Il n'y a pas de données de personnes à effacer dans « { $reference } ».
    .hint = Pour effacer la fiche elle-même : beffroi forget RÉF --all -m "pourquoi"
cause-operation_ended = L'opération « { $operation } » est close depuis assez longtemps : ses données de personnes ont été détruites, et plus rien ne peut y être écrit.
    .hint = Ouvrez une nouvelle opération si quelqu'un doit encore être rappelé.
cause-purge_days_unfit = Entre la clôture et la destruction des données de personnes il faut de { $min } à { $max } jours.
    .hint = Par exemple : --purge-after 30d. Pour effacer une fiche tout de suite : beffroi forget RÉF -m "pourquoi"
cause-record_of_other_kind = « { $reference } » est d'un autre genre ({ $kind }).
    .hint = Tapez : beffroi show { $reference }
cause-conflict_unknown = Il n'y a rien à trancher sur « { $field } » de { $reference }.
    .hint = Voyez ce qui attend : beffroi conflicts
cause-peer_unknown = Aucun poste « { $peer } ».
    .hint = Voyez les postes connus : beffroi peer list
cause-invite_unknown = Aucune invitation « { $invite } » sur ce poste.
    .hint = Voyez-les : beffroi invite list
cause-path_unknown = Cette adresse n'existe pas dans l'interface.
    .hint = Le client et le poste sont peut-être de versions différentes : beffroi version
cause-method_unknown = Cette adresse de l'interface ne prend pas cette méthode.
    .hint = Pour lire : GET ; les autres sont dans docs/local-api.md.
cause-phone_unknown = Aucun téléphone n'est admis sous « { $session } ».
    .hint = Pour voir ceux qui le sont : beffroi phones list
cause-phone_address_refused = « { $address } » n'est pas une adresse où recevoir des téléphones.
    .hint = Donnez l'adresse de cette machine sur le Wi-Fi du poste : --address 192.168.1.20
cause-phone_address_missing = Cette machine n'a pas d'adresse sur un réseau local.
    .hint = Connectez-la au Wi-Fi du poste, puis recommencez ; ou donnez l'adresse : --address 192.168.1.20
cause-phone_addresses_several = Cette machine est sur plusieurs réseaux locaux : { $addresses }.
    .hint = Dites lequel est le Wi-Fi du poste, par exemple : beffroi phones on --address 192.168.1.20
cause-phone_address_taken = { $address } ne peut pas servir : { $error }.
    .hint = Vérifiez que cette machine a cette adresse : ip address
cause-invite_used = Ce code a déjà servi à un autre appareil.
    .hint = Demandez un nouveau code. Si personne d'autre ne devait s'en servir, prévenez le coordinateur.
cause-invite_over = Cette invitation est annulée ou périmée, ou le poste qui l'a faite a redémarré.
    .hint = Demandez un nouveau code.
cause-id_taken = L'identifiant { $id } est déjà celui d'une autre fiche.
    .hint = Recommencez sans donner d'identifiant.
cause-in_territory_already = Ce poste est déjà dans le territoire « { $territory } ».
    .hint = Pour un autre territoire, lancez beffroid avec un autre dossier : --data
cause-conflict_settled = « { $field } » de { $reference } a changé depuis que vous l'avez vu.
    .hint = Relisez les valeurs : beffroi conflicts
cause-invite_ended = Cette invitation avait déjà servi, ou n'était plus valable.
    .hint = Voyez les invitations : beffroi invite list
cause-record_moved = { $reference } a été modifiée depuis que vous l'avez lue.
    .hint = Relisez-la, puis recommencez ; sans --strict, votre valeur serait gardée à côté de l'autre.
cause-reference_ambiguous = « { $reference } » peut désigner plusieurs fiches.
    .hint = Reprenez la référence entière de celle que vous voulez.
cause-operations_open = Plusieurs opérations sont ouvertes.
    .hint = Choisissez-en une avec --operation.
cause-fields_invalid = À corriger : { $fields }.
    .hint = Rien n'a été écrit. Corrigez et recommencez.
cause-step_forbidden = On ne passe pas de « { $from } » à « { $to } ».
    .hint = Voyez l'état de la fiche avec beffroi show.
cause-reason_missing = Il faut dire pourquoi.
    .hint = Ajoutez une phrase avec -m.
cause-step_unknown = Une fiche de ce genre ({ $kind }) n'a pas cette étape.
    .hint = Voyez les étapes possibles dans l'aide de la commande.
cause-operation_closed = L'opération « { $operation } » est close sur ce poste.
    .hint = Elle se lit encore ; écrivez dans une opération ouverte.
cause-record_too_new = { $reference } a été écrite par une version plus récente de Beffroi.
    .hint = Elle se lit, mais ne se modifie pas ici : mettez ce poste à jour.
cause-file_refused = { $why }
    .hint = Rien n'a été écrit. Corrigez le fichier, ou dites comment le lire : --format, --map
cause-rows_rejected = { $count ->
        [one] Une ligne est rejetée
       *[other] { $count } lignes sont rejetées
    } et --strict refuse alors le fichier entier.
    .hint = Rien n'a été écrit. Corrigez les lignes, ou importez sans --strict.
cause-too_many_requests = Ce programme demande trop vite.
    .hint = Attendez quelques secondes.
cause-ending = Le poste est en train de s'arrêter.
    .hint = Recommencez quand il aura redémarré.
cause-under_way = Une demande semblable est déjà en cours.
    .hint = Attendez qu'elle finisse.
cause-took_too_long = Le poste n'a pas fini à temps.
    .hint = Recommencez : ce qui était écrit l'est une seule fois.
cause-record_not_received = On connaît « { $reference } », mais son contenu n'est pas encore arrivé.
    .hint = Voyez quels postes sont joints : beffroi status
cause-no_post_found = Aucun poste ne répond à ce code depuis { $seconds } s.
    .hint = Même Wi-Fi ? Sinon donnez l'adresse affichée avec le code : --peer /ip4/192.168.1.20/tcp/7412
cause-other_post_found = Un poste répond, mais ce n'est pas lui qui a fait ce code.
    .hint = Le poste qui a fait l'invitation doit être allumé et joignable.
cause-joined_incomplete = Ce poste est admis, mais tout n'est pas arrivé après { $seconds } s.
    .hint = La réception continue : beffroi status --watch
cause-keys_not_received = La clé qui permet de lire n'est pas encore arrivée.
    .hint = Un coordinateur doit être joignable : beffroi status
cause-disk_full = Il ne reste plus assez de place sous { $path } : rien de plus n'est enregistré.
    .hint = Libérez de la place, puis recommencez.
cause-disk_failed = Le disque a refusé une écriture sous { $path } : rien de plus n'est enregistré.
    .hint = Vérifiez le disque, puis redémarrez beffroid. Ce qui était gardé l'est toujours.
cause-record_full = La fiche { $reference } a reçu tant de modifications qu'elle n'en prend plus.
    .hint = Créez une nouvelle fiche et citez celle-ci ; ce qu'elle contient reste.
cause-internal = Le poste a rencontré une erreur qu'il ne sait pas nommer.
    .hint = Recommencez. Si cela revient, gardez le journal de beffroid et signalez-le.
cause-host_foreign = La demande nomme l'hôte « { $host } », qui n'est pas ce poste.
    .hint = Ouvrez l'adresse affichée par beffroi status.
cause-territory_missing = Ce poste n'est encore dans aucun territoire.
    .hint = Créez-en un (beffroi territory create) ou rejoignez-en un (beffroi join).

## Champs
field-unknown_field = Ce genre de fiche n'a pas ce champ.
field-missing = Ce champ est obligatoire.
field-set_once = Ce champ s'écrit une fois, à la création.
field-use_step = Ce champ change par une étape : close, reopen, verify ou une autre commande.
field-not_text = Il faut un texte.
field-not_a_number = Il faut un nombre.
field-out_of_range = La valeur est hors limites.
field-too_long = Le texte est trop long.
field-unknown_token = Ce n'est pas un des mots de ce champ.
field-not_a_boolean = Il faut true ou false.
field-not_a_time = Il faut une date et une heure, par exemple 2026-11-22T18:40:00+01:00.
field-not_a_place = Il faut un lieu : un libellé, un code INSEE ou des coordonnées.
field-not_a_quantity = Il faut un nombre positif et son unité, par exemple 40 et each.
field-not_a_reference = Il faut la référence d'une fiche.
field-not_a_set = Il faut une liste de mots.
field-wrong_shape = La valeur n'a pas la forme de ce champ.
field-private = Ce champ est privé : il ne va pas dans la fiche commune.
field-not_a_code = Il faut 2 à 6 caractères, A à Z et 0 à 9, une lettre en premier.
field-empty = Il faut au moins un mot.

## Constats
finding-post_ok = { $name } ({ $code }), { $role ->
        [coordinator] coordinateur
        [operator] opérateur
        [observer] observateur
        [relay] relais
       *[other] { $role }
    }
finding-no_territory = ce poste n'est dans aucun territoire
    .hint = beffroi territory create NOM --post POSTE --code CODE, ou beffroi join CODE
finding-withdrawn = ce poste n'est plus membre du territoire
    .hint = remettez ce qui n'est pas parti : beffroi bundle write FICHIER, puis la clé à un coordinateur
finding-keystore_open = les clés sont sur le disque sans phrase de passe
    .hint = beffroi passphrase ; sinon gardez cette machine sous clé, son disque chiffré
finding-keystore_locked = les clés attendent la phrase de passe
    .hint = beffroi unlock
finding-root_acted = une feuille racine a servi { $count ->
        [one] une fois
       *[other] { $count } fois
    } depuis la création
    .hint = si personne ici ne l'a sortie, appelez les gardiens des enveloppes
finding-code_used_twice = un même code a fait entrer deux machines : { $posts }
    .hint = demandez aux deux qui elles sont ; retirez l'intruse : beffroi member revoke
finding-lost_let_in = { $post }, retiré comme perdu ou pour abus, est de nouveau dedans
    .hint = si vous ne savez pas pourquoi : beffroi member revoke
finding-many_forks = { $post } écrit sur plusieurs lignes à la fois : machine copiée, ou malhonnête
    .hint = demandez-lui s'il a copié ses données ; sinon : beffroi member revoke
finding-sheets_unconfirmed = personne n'a confirmé que les trois feuilles racines sont sur papier
    .hint = beffroi territory confirm-sheets
finding-code_shared = le code { $code } sert aussi à { $other }
    .hint = un coordinateur change l'un des deux ; les numéros déjà donnés restent
finding-ring_key_missing = la clé d'un anneau que ce poste peut lire n'est pas arrivée
    .hint = un coordinateur doit être joignable : beffroi peer list
finding-disk_ok = { $free } libres, dernière écriture gardée
finding-disk_low = plus que { $free } libres sous { $path }
    .hint = libérez de la place
finding-disk_full = disque plein sous { $path } : rien de plus n'est enregistré
    .hint = libérez de la place
finding-disk_failed = la dernière écriture sous { $path } a échoué
    .hint = vérifiez le disque, puis redémarrez beffroid
finding-store_mended = les données étaient abîmées : { $entries } entrées relues, { $missing } perdues ici ; les fichiers abîmés sont dans { $path }
    .hint = rejoignez un autre poste : il rend ce qu'il en a ; puis faites vérifier le disque
finding-records_full = { $count ->
        [one] une fiche a reçu tant de modifications qu'elle n'en prend plus
       *[other] { $count } fiches ont reçu tant de modifications qu'elles n'en prennent plus
    }
    .hint = créez une nouvelle fiche qui cite l'ancienne
finding-clock_ok = { $peers ->
        [one] d'accord avec un poste
       *[other] d'accord avec { $peers } postes
    }
finding-clock_alone = aucun poste à qui comparer l'heure
finding-clock_ahead = { $minutes } min d'avance sur { $peer }
    .hint = sudo timedatectl set-ntp true, ou réglez l'heure à la main
finding-clock_behind = { $minutes } min de retard sur { $peer }
    .hint = sudo timedatectl set-ntp true, ou réglez l'heure à la main
finding-network_ok = joignable à { $addresses }
finding-network_none = aucune interface n'a d'adresse
    .hint = branchez un câble ou rejoignez un Wi-Fi
finding-port_taken = { $address } est déjà pris par un autre programme
    .hint = arrêtez l'autre beffroid, ou donnez --listen
finding-nobody_heard = aucun autre poste entendu sur le réseau local
    .hint = même Wi-Fi ? pare-feu ouvert pour 7410 ? sinon : beffroi peer add ADRESSE
finding-clients_isolated = seule la box répond sur { $network } : elle isole sans doute ses clients Wi-Fi
    .hint = un câble, ou désactivez « isolation des clients »
finding-other_territory = { $machines ->
        [one] un poste d'un autre territoire est sur ce réseau
       *[other] { $machines } postes d'un autre territoire sont sur ce réseau
    }
    .hint = rien à faire, si c'est attendu
finding-vpn_route = tout sort par le VPN { $interface }
    .hint = coupez le VPN, ou excluez-en le réseau local
finding-peers_ok = { $peers ->
        [one] l'autre poste est à jour
       *[other] les { $peers } autres postes sont à jour
    }
finding-peers_none = pas encore d'autre poste
finding-peer_catching_up = { $peer } se met à jour
finding-peer_silent = { $peer } est muet
    .hint = allumé ? même réseau ? beffroi peer list
finding-peer_blocked = { $peer } : { $reason }
    .hint = mettez les deux postes à la même version, ou appelez un coordinateur
finding-peer_version = { $peer } est en version { $version }
    .hint = mettez les deux postes à la même version
finding-entries_parked = { $count ->
        [one] une entrée attend
       *[other] { $count } entrées attendent
    } un permis qui n'est pas arrivé
    .hint = un coordinateur doit être joignable : beffroi peer list
finding-author_over_budget = { $author } a rempli sa part de ce poste : { $count ->
        [one] une de ses entrées attend
       *[other] { $count } de ses entrées attendent
    }
    .hint = appelez ce poste ; gros import honnête : augmentez author_budget dans la configuration, redémarrez beffroid ; sinon : beffroi member revoke "{ $author }"
finding-conflicts_wait = { $count ->
        [one] un désaccord attend
       *[other] { $count } désaccords attendent
    } un choix
    .hint = beffroi conflicts
finding-socket_open = d'autres utilisateurs peuvent ouvrir { $path }
    .hint = chmod 600 { $path }
finding-socket_ok = { $path } n'est ouvert qu'à son propriétaire
