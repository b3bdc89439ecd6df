## Ce que beffroid dit à un terminal.

about = Le démon de Beffroi : il garde les fiches de ce poste et les partage avec les autres postes, sans serveur.
after-help =
    Ensuite, dans un autre terminal : beffroi territory create NOM --post NOM --code CODE, ou beffroi join CODE.
    Aide : beffroi --help
option-data = Dossier des données de ce poste
option-config = Fichier de configuration (voir docs/config.toml)
option-listen = Adresse d'écoute pour les autres postes, à la place de celles du fichier
option-api = Adresse locale de l'interface, ou off
option-check = Vérifie la configuration et les données, puis s'arrête
option-new-post = Garde les fiches et jette les clés : cette machine devient un nouveau poste
option-offline = N'ouvre aucun lien vers d'autres postes : on continue seul, rien n'est perdu
option-repair = Réécrit le magasin de données d'après ce qui se lit encore ; l'ancien est gardé à côté
option-passphrase-file = Fichier dont la première ligne ouvre les clés
fine = configuration et données : rien à signaler
error = erreur : { $what }

## Pourquoi beffroid n'a pas démarré.

config-unreadable = la configuration { $path } ne se lit pas ({ $error }) : vérifiez le chemin, ou retirez --config
config-invalid = la configuration { $path } n'est pas comprise : { $error }
config-api = api = « { $value } » est refusé : l'interface n'écoute que sur cette machine ; écrivez 127.0.0.1:PORT, [::1]:PORT ou off
config-address = « { $value } » n'est pas une adresse d'écoute : écrivez par exemple /ip4/0.0.0.0/tcp/7410
config-phone-address = phones.address = « { $value } » est refusé : écrivez une adresse de cette machine sur le Wi-Fi du poste, par exemple 192.168.1.20
folder-io = { $path } est inutilisable ({ $error }) : vérifiez que cet utilisateur peut y écrire
folder-copied = { $path } est une copie : ses clés sont celles d'un autre dossier ou d'une autre machine, et deux postes avec une même clé se nuisent. Démarrez avec --new-post : les fiches restent, et cette machine rejoint le territoire avec un nouveau code
store-locked = { $path } est utilisé par { $name } (pid { $pid }) : arrêtez-le d'abord, ou donnez à celui-ci un autre dossier avec --data
store-locked-unknown = { $path } est utilisé par un autre programme : arrêtez-le d'abord, ou donnez à celui-ci un autre dossier avec --data
store-newer = { $path } est au format { $found }, ce programme connaît jusqu'au format { $known } : démarrez la version qui l'a écrit, ou une plus récente (rien n'a été changé)
store-unknown = { $path } est au format { $found }, qu'aucune version n'a écrit : est-ce bien un dossier de données de Beffroi ?
store-full = le disque est plein et les données ne s'ouvrent pas : libérez { $mebibytes } Mio sous { $path }, puis redémarrez
store-no-room-to-mend = les données sont abîmées ({ $cause }) et les réparer demande de la place : libérez { $mebibytes } Mio sous { $path }, puis redémarrez
store-io = { $path } ne se lit pas ou ne s'écrit pas ({ $error }) : vérifiez le disque et les droits
store-engine = les données ne s'ouvrent pas ({ $error }) : redémarrez avec --repair
store-damaged = une donnée gardée ne se relit pas ({ $error }) : redémarrez avec --repair
passphrase-file = le fichier de la phrase de passe { $path } ne se lit pas ({ $error }) : vérifiez son chemin et ses droits
keystore-newer = les clés de ce poste sont d'une version plus récente ({ $version }) : mettez ce programme à jour
keystore-damaged = le fichier des clés est abîmé : remettez-le comme il était, ou démarrez avec --new-post et rejoignez avec un nouveau code
keystore-io = les clés de ce poste ne se lisent pas : { $error }
genesis-damaged = l'acte de fondation gardé ici est abîmé ({ $error }) : redémarrez avec --repair
door = l'interface locale ne peut pas écouter sur { $address } ({ $error }) : un autre beffroid l'utilise-t-il ? donnez à celui-ci --api 127.0.0.1:0
system = le système refuse ce dont tout programme a besoin : { $error }

## Fichiers d'une clé USB qui ne sont pas pris.

bundle-not-one = ce n'est pas un colis de Beffroi : choisissez le fichier fait par « beffroi bundle write » (rien n'a été changé)
bundle-newer = il vient d'une version plus récente (format { $version }) : mettez ce poste à jour, puis relisez-le (rien n'a été changé)
bundle-cut = il s'arrête trop tôt, comme quand on retire la clé pendant la copie : recopiez-le depuis l'autre poste (rien n'a été changé)
bundle-damaged = ses octets ne sont plus ceux qui ont été écrits : la clé ou la copie est mauvaise ; écrivez-le à nouveau, si possible sur une autre clé (rien n'a été changé)
bundle-forged = il n'est pas signé par le poste qu'il nomme : ne l'utilisez pas, demandez-en un autre à ce poste (rien n'a été changé)
bundle-foreign = il vient d'un autre territoire : demandez le fichier destiné au vôtre (rien n'a été changé)
