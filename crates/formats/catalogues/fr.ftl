# Pourquoi une ligne est rejetée, ou ce qui est douteux dans une fiche créée.
with-excerpt = « { $excerpt } » : { $sentence }
reason-bad_date = ce n'est pas une date lisible dans cette colonne
reason-bad_number = ce n'est pas un nombre (écrivez 1234,5 ou 1234.5, pareil dans toute la colonne)
reason-bad_coordinates = coordonnées incomplètes ou hors limites (latitude de -90 à 90, longitude de -180 à 180)
reason-missing_required = vide : la ligne n'a pas d'identité, ou ni titre ni nom
reason-too_long = texte trop long
reason-duplicate_in_file = même identifiant qu'une ligne plus haut
reason-open_quote = un guillemet est mal placé sur cette ligne, ou n'est jamais fermé
reason-bad_value = cette valeur ne convient pas à ce champ
reason-outside_area = point hors du territoire, gardé tel quel
reason-swapped_coordinates = point hors du territoire : latitude et longitude semblent inversées
reason-unknown_value = valeur inconnue, gardée comme étiquette
reason-ragged_row = la ligne n'a pas autant de cellules que l'en-tête
reason-shortened = texte raccourci
reason-title_borrowed = sans titre : le début de la description ou le lieu en tient lieu
reason-no_such_hour = cette heure n'existe pas (passage à l'heure d'été)
reason-repeated_hour = cette heure existe deux fois (passage à l'heure d'hiver) : la première est prise

# Pourquoi un fichier entier est refusé.
refused-empty = Le fichier est vide.
refused-too_large = Le fichier dépasse 256 Mio : partagez-le en plusieurs.
refused-too_many_rows = Le fichier a plus de 250 000 lignes : partagez-le en plusieurs.
refused-too_many_columns = L'en-tête a { $columns } colonnes ; 512 au plus sont lues.
refused-row_too_long = La ligne { $line } dépasse 1 Mio : un guillemet y est sans doute resté ouvert.
refused-open_quotes = Trop de guillemets jamais fermés, le dernier ligne { $line } : ce n'est pas un tableau CSV.
refused-binary = Le fichier est binaire, ce n'est pas du texte. Pour de l'UTF-16 sans marque, indiquez l'encodage.
refused-not_a_table = Le fichier est au format { $what }, ce n'est pas un tableau CSV : enregistrez-le en CSV.
refused-undecodable = Le fichier n'est pas du { $encoding } valide : indiquez son encodage.
refused-unknown_encoding = Encodage inconnu : { $name }.
refused-unrecognised = Les colonnes ne sont celles d'aucun format connu : dites ce qu'elles contiennent (--map COLONNE=CHAMP).
refused-missing_column = Il manque la colonne « { $column } ».
refused-unknown_column = Le fichier n'a pas de colonne « { $column } ».
refused-unknown_field = Le champ « { $field } » n'existe pas pour { $kind }.
refused-field_twice = Deux colonnes donnent le champ « { $field } » : gardez-en une.
refused-map_too_long = Plus de 256 correspondances de colonnes.
refused-kind_not_imported = Un tableau ne peut pas donner de fiches « { $kind } ».
refused-bad_delimiter = Le séparateur doit être une virgule, un point-virgule, une tabulation ou une barre.
refused-unknown_time_zone = Fuseau horaire inconnu : { $name }.
refused-ambiguous_dates = Colonne « { $column } » : { $rows } dates se lisent des deux façons. Dites jour/mois (--map "{ $column }=dmy") ou mois/jour (--map "{ $column }=mdy").
refused-exercise_mismatch = Le fichier vient d'un exercice, et l'opération est réelle.
refused-strict = { $rejected } lignes rejetées, la première ligne { $line } ; rien n'a été importé.
refused-unreadable = Le fichier ne peut pas être lu : { $detail }.

# Comment le fichier a été lu.
list-separator = {" ; "}
format-ushahidi = CSV Ushahidi
format-csv = tableau CSV
delimiter-tab = tabulation
read-as = { $format }, { $encoding }{ $guessed ->
    [yes] {" "}(deviné)
   *[no] {""}
}, séparateur « { $delimiter } », { $rows ->
    [one] { $rows } ligne
   *[other] { $rows } lignes
}
read-as-dates = « { $column } » lue en { $order ->
    [mdy] mois/jour/année
   *[dmy] jour/mois/année
}{ $either ->
    [0] {""}
   *[other] {" "}({ $either } se liraient aussi dans l'autre ordre : --map "{ $column }={ $other }")
}

# Ce qu'un export contient, et ce qui est resté dehors.
exported-incident = { $count ->
    [one] { $count } signalement exporté
   *[other] { $count } signalements exportés
}
exported-need = { $count ->
    [one] { $count } besoin exporté
   *[other] { $count } besoins exportés
}
exported-resource = { $count ->
    [one] { $count } moyen exporté
   *[other] { $count } moyens exportés
}
exported-operation = { $count ->
    [one] { $count } événement exporté
   *[other] { $count } événements exportés
}
exported-without-place = { $count } sans lieu sur la carte
exported-out-of-scope = { $count } hors diffusion
exported-archived = { $count ->
    [one] { $count } archivé non exporté
   *[other] { $count } archivés non exportés
}
exported-private = { $count ->
    [one] { $count } champ privé non exporté
   *[other] { $count } champs privés non exportés
}
exported-conflicts = { $count ->
    [one] { $count } valeur en conflit (valeur prudente)
   *[other] { $count } valeurs en conflit (valeur prudente)
}

# Ce qu'un compte rendu n'a pas pu contenir.
cut-list = { $total } lignes rejetées : le compte rendu n'en liste que les { $first } premières
cut-rows = le fichier des lignes rejetées ne contient que les { $first } premières sur { $total } : corrigez-les, puis réimportez votre fichier pour les autres
cut-notes = { $total } remarques : le compte rendu n'en liste que les { $first } premières

# En-têtes des tableaux.
column-id = identifiant
column-number = numéro
column-exercise = exercice
column-place-insee = code INSEE
column-place-label = lieu
column-place-lat = latitude
column-place-lon = longitude
column-tags = étiquettes
column-conflicts = valeurs en conflit
column-occurred_at = survenu le
column-reported_at = signalé le
column-title = titre
column-event_type = type d'événement
column-severity = gravité
column-status = état
column-verification = vérification
column-description = description
column-need_type = type de besoin
column-priority = priorité
column-item = article
column-quantity = quantité
column-quantity-unit = unité
column-delivered = livré
column-beneficiaries = bénéficiaires
column-due-delay = délai
column-due-at = pour le
column-requester_org = demandeur
column-name = nom
column-resource_type = type de moyen
column-stock = stock
column-unit = unité
column-capacity = capacité
column-capacity-unit = unité de capacité
column-owner_org = propriétaire
