# Les pages que les gens voient.

## Sur chaque page
page-name = Beffroi
page-skip = Aller au contenu
page-exercise = EXERCICE – EXERCICE – EXERCICE
page-other-language = English

## Téléphones
phone-seen = D'autres sur ce Wi-Fi peuvent lire ce que vous écrivez ici. Pas de noms, pas de numéros de téléphone.
phone-end = Terminer sur ce téléphone
enter-title = Entrer
enter-label = Code du jour
enter-help = Huit lettres. Demandez-le au poste.
enter-button = Entrer
enter-continue = Déjà entré sur ce téléphone ? Continuer
enter-wrong = Ce n'est pas le code d'aujourd'hui. Vérifiez les lettres au poste et tapez-les de nouveau.
enter-too-often = Trop de codes faux. Attendez une minute, puis recommencez ; ou scannez le QR code au poste.
enter-link-over = Ce lien a déjà servi, ou a plus de dix minutes. Tapez le code du jour, ou demandez un nouveau QR code au poste.
enter-full = Plus aucun téléphone ne peut entrer. Au poste, terminez ceux qui ne servent plus : beffroi phones list
enter-ended = Terminé sur ce téléphone. Pour continuer, entrez de nouveau.
open-title = Entrer avec ce téléphone
open-may = Pendant douze heures, vous pouvez voir ce qui est ouvert, signaler un incident et demander quelque chose.
open-button = Entrer
home-title = Ce qui est ouvert
home-add = Ajouter
home-report = Signaler
home-ask = Demander
home-incidents = { $count ->
    [0] Signalements
    [one] { $count } signalement
   *[other] { $count } signalements
}
home-needs = { $count ->
    [0] Besoins
    [one] { $count } besoin
   *[other] { $count } besoins
}
home-no-incidents = Aucun signalement ouvert.
home-no-needs = Aucun besoin ouvert.
home-more = { $count ->
    [one] et { $count } autre, à voir au poste
   *[other] et { $count } autres, à voir au poste
}
home-again = Actualiser
new-incident = Signaler
new-incident-label = Que se passe-t-il, et où ?
new-incident-example = Par exemple : cave inondée, 12 rue des Écoles
new-need = Demander
new-need-label = De quoi a-t-on besoin, et où ?
new-need-example = Par exemple : 40 couvertures, gymnase de l'école
new-no-names = Pas de noms, pas de numéros de téléphone.
new-operation = Pour quelle opération ?
new-send = Envoyer
new-back = Retour à ce qui est ouvert
new-sent-before = Le premier texte est parti et il est gardé. Si celui-ci en est un autre, envoyez-le : il sera noté à part.
record-kept = { $posts ->
    [0] Gardé ici.
    [one] Gardé ici · enregistré par { $acknowledged } autre poste sur { $posts }
   *[other] Gardé ici · enregistré par { $acknowledged } autres postes sur { $posts }
}
