# What the command line says. One sentence a key; ".why" says why, ".try" what to do.

## Help
help-usage = Usage:
help-commands = Commands
help-options = Options
help-arguments = Arguments
help-global = Common options
help-values = [{ $values }]
help-default = [else { $value }]

cmd-beffroi = Beffroi: incidents, needs and resources, shared between posts when the network is gone.
    .examples =
        First steps:
          beffroi territory create "Orb-sur-Lez" --post "Mairie" --code MAI
          beffroi invite --role operator
          beffroi join CODE --post "Croix-Rouge" --code CRF      (on the other machine)
          beffroi incident new "Cave inondée, 3 personnes" --severity severe
          beffroi status
cmd-territory = The territory: create it, see it
cmd-territory-create = Creates a territory and makes this post its first coordinator
cmd-territory-show = Shows the territory and its operations
cmd-territory-confirm-sheets = Says that the three root sheets are on paper, in safe places
cmd-invite = Gives a code that lets another post in
cmd-invite-list = Shows this post's invites
cmd-invite-cancel = Cancels an invite
cmd-join = Enters a territory with a code
cmd-unlock = Unlocks this post with the passphrase of its keys
cmd-lock = Locks this post: the network ends, the keys leave the memory
cmd-passphrase = Chooses, changes or removes the passphrase of the keys
cmd-status = Says how this post stands: records, disagreements, other posts
cmd-digest = Prints the digest of everything this post holds (64 digits)
cmd-doctor = Looks for what is wrong and says what to type
cmd-incident = Incidents
cmd-incident-new = Creates an incident (add: the same)
cmd-incident-list = Shows incidents
cmd-incident-show = Shows an incident in full
cmd-incident-edit = Changes an incident; without options, opens its texts in $EDITOR
cmd-incident-archive = Takes an incident out of lists; nothing is deleted
cmd-incident-history = Shows every change of an incident
cmd-incident-close = Closes an incident
cmd-incident-reopen = Reopens a closed incident
cmd-incident-verify = Says whether an incident is verified
cmd-need = Needs
cmd-need-new = Creates a need (add: the same)
cmd-need-list = Shows needs
cmd-need-show = Shows a need in full
cmd-need-edit = Changes a need; without options, opens its texts in $EDITOR
cmd-need-archive = Takes a need out of lists; nothing is deleted
cmd-need-history = Shows every change of a need
cmd-need-close = Closes a need
cmd-need-reopen = Reopens a closed need
cmd-resource = Resources
cmd-resource-new = Creates a resource (add: the same)
cmd-resource-list = Shows resources
cmd-resource-show = Shows a resource in full
cmd-resource-edit = Changes a resource; without options, opens its texts in $EDITOR
cmd-resource-archive = Takes a resource out of lists; nothing is deleted
cmd-resource-history = Shows every change of a resource
cmd-operation = Operations
cmd-operation-list = Shows operations
cmd-operation-show = Shows an operation in full
cmd-operation-close = Closes an operation; its data about people are destroyed everywhere after some days
cmd-list = Shows the records of a kind
cmd-show = Shows a record in full, whatever its kind
cmd-forget = Erases the data about people of a record, at every post
cmd-conflicts = Shows the disagreements to settle
cmd-resolve = Settles a disagreement
cmd-member = The posts of the territory: who is in, who is out
cmd-member-list = Shows each post, its role and whether it is in
cmd-member-show = Shows a post: who let it in, whom it let in, what it can read
cmd-member-role = Gives a post another role, or lets a withdrawn post in again
cmd-member-revoke = Withdraws a post: lost or stolen machine, departure, abuse
    .examples =
        A laptop disappeared at about 14:00:
          beffroi member revoke CRF --since 14:05 --why lost
        See first what it would come to:
          beffroi member revoke CRF --since 14:05 --dry-run
cmd-member-adopt = Takes up what a post wrote and was set aside
cmd-member-deny = Cuts a post off, here only: it stays a member for the others
cmd-root = The root sheets, in their envelopes
cmd-root-use = Uses a root sheet: withdraws a coordinator, or names one
    .examples =
        Withdraw a dishonest coordinator, and all it did since 9:00:
          beffroi root use --revoke ANX --since 09:00 --why abuse
        Name a coordinator when none is left:
          beffroi root use --coordinator MAI
cmd-peer = Other posts
cmd-peer-add = Remembers the address of a post and calls it
cmd-peer-list = Shows the other posts
cmd-peer-remove = Forgets the addresses of a post; it stays a member
cmd-phones = Phones on the post's own Wi-Fi, by their browser: off until turned on
cmd-phones-on = Lets phones in: prints the address, the code of the day and a QR code for one phone
cmd-phones-off = Turns phones off: those that are in are out
cmd-phones-list = Shows the phones that are in
cmd-phones-end = Ends one phone, at once
cmd-sync = Brings this post and the others in step now
cmd-import = Reads a file and makes records of it
cmd-export = Writes records to a file
cmd-bundle = Carries entries to another post on a USB key
cmd-bundle-write = Writes a file for a USB key: sealed, so whoever carries it reads nothing
cmd-bundle-read = Takes in a file from a USB key; reading it twice changes nothing
cmd-bundle-show = Says what a file holds, without taking it in
arg-bundle_file = The file
arg-bundle_for = Leaves out what this post said it has; without it, everything
arg-bundle_receipt = Writes the receipts for the post that made the file here, to send back
cmd-journal = The signed journal
cmd-journal-verify = Reads the whole journal again and checks every signature
cmd-journal-export = Writes the whole journal, a line of JSON an entry, for a program that checks it without Beffroi
arg-journal_output = File to write; - for the screen
cmd-journal-digest = Prints the digest as six words, to copy into the paper log
cmd-journal-openings = Shows who opened data about people at this post
cmd-demo = Shows three posts, an invented flood and a disagreement, on this machine alone
cmd-completions = Writes the completions for a shell
cmd-man = Writes the manual
cmd-version = Prints the versions of client and post

arg-data = The post's data folder (BEFFROI_DATA)
arg-daemon = The post's address, in place of the folder (BEFFROI_DAEMON)
arg-operation = The operation concerned (BEFFROI_OPERATION)
arg-json = The result as JSON; --json=lines: one object a line
arg-color = Colours: auto, always or never (BEFFROI_COLOR)
arg-lang = Language: fr or en (BEFFROI_LANG)
arg-no_input = Never asks (BEFFROI_NO_INPUT)
arg-yes = Says yes to confirmations
arg-quiet = Says the result only
arg-verbose = Shows ids too
arg-help = Prints help
arg-version = Prints the version
arg-territory_name = Name of the territory, for instance "Orb-sur-Lez"
arg-post = Name of this post, for instance "Mairie"
arg-code = Code of this post: 2 to 6 letters or digits, for instance MAI
arg-insee_codes = INSEE code of a commune of the territory; repeatable
arg-sheets = Folder to write the three root sheets to, for printing
arg-role = What the other post may do
arg-people = It will read data about people too
arg-expires = How long the code lives: 30m, 24h, 2d
arg-qr = Shows a QR code too
arg-invite_id = The id shown by invite list
arg-invite_code = The code shown by invite, for instance 7KQ4-M2XR-9HW3
arg-join_peers = An address to ask at, when the post cannot be heard on the network; repeatable
arg-wait = How long to wait: 30s, 5m
arg-watch = Stays on and keeps up to date
arg-fail_if = Fails (1) if a post has been silent that long, if a disagreement waits, if an entry waits
arg-title = In a few words, for instance "40 camp beds"
arg-id = The record's id: the same makes a second try the same record
arg-reference = Number (MAI-014, mai-14), source of an import (USH:4052) or beginning of the id
arg-new_title = New title or name
arg-new_status = New state, for instance in-progress
arg-at = Position: latitude,longitude
arg-place = Place, in words
arg-insee = INSEE code of the place
arg-tag = Tag; repeatable
arg-set = Any other field; repeatable
arg-unset = Clears a field; repeatable
arg-untag = Takes a tag away; repeatable
arg-add_members = Adds to a field that is a list; repeatable
arg-remove_members = Takes from a field that is a list; repeatable
arg-edit_strict = Refuses (5) if the record has changed meanwhile
arg-event_type = Type: flood, wildfire, road_blocked…
arg-severity = Severity
arg-urgency = Urgency
arg-description = Description; no names of people
arg-occurred = When it happened, for instance 2026-11-22T18:40:00+01:00
arg-channel = Where the information comes from: phone, radio, in_person…
arg-need_type = Type: equipment, water, shelter, medical_care…
arg-priority = Priority
arg-quantity = Quantity
arg-quantity_unit = Unit of the quantity: each, person, litre…
arg-due = Delay: immediate, within_1_h… or a time
arg-beneficiaries = Number of people concerned
arg-item = What is needed, in words
arg-details = Details; no names of people
arg-requester = Organisation that asks
arg-incident = Incident the need comes from
arg-resource_type = Type: vehicle, generator, bedding, team…
arg-mode = A single item (unique) or a lot
arg-lot_unit = Unit of the lot: each, ration, litre…
arg-capacity = Capacity
arg-capacity_unit = Unit of the capacity: person, kva…
arg-owner = Organisation that owns it
arg-basis = On what basis: own, agreement, requisition…
arg-conditions = Conditions of use
arg-with_status = Only in this state
arg-since = Only what changed since: 2h, or a date
arg-near = Only around: latitude,longitude,kilometres
arg-mine = Only what was created at this post
arg-conflict = Only what is in disagreement
arg-archived = What is archived too
arg-private = The data about people; that they were opened is noted at this post
arg-forget_message = Why; it stays in the log: no names of people
arg-forget_all = The record itself too, with its texts
arg-purge_after = Days until the data about people are destroyed, from 3 to 3650: 30d
arg-close_message = Why; it stays in the log: no names of people
arg-all = Everything, not only the 50 newest
arg-list_kind = Kind: operation, incident, need or resource
arg-required_message = Why
arg-message = Why
arg-reason = Reason, for instance satisfied or duplicate
arg-verification = What is known of it
arg-field = The field in disagreement, for instance severity
arg-take = Keeps the value of this number
arg-value = Keeps another value
arg-address = Address, for instance /ip4/192.168.1.20/tcp/7410
arg-member = Post: code, name, or the beginning of its id
arg-new_role = What it may do
arg-revoke_since = No more believe what this post received of it since: 14:05, 2h, or a date; without, all that was received stays
arg-why = Why: lost or stolen, left, abuse, replaced
arg-also = Withdraws this post too, which it had let in; repeatable
arg-revoke_dry_run = Only says what it would come to
arg-deny_end = Cuts it off no more
arg-sheet_file = File with the 24 words; without, they are asked for
arg-root_revoke = Withdraws this post, be it a coordinator
arg-root_coordinator = Makes this post a coordinator
arg-remove = Removes the passphrase: the keys stay on the disk without protection
arg-new_file = File whose first line is the new passphrase
arg-phones_address = This machine's address on the post's own Wi-Fi; without it, the only local network there is
arg-phone = The id shown by phones list
arg-peer = Post (code, name) or address
arg-with = Only with this post
arg-import_file = File to read; - for standard input
arg-import_kind = Kind of the records to create
arg-map = Column to put into a field; repeatable
arg-import_format = Format, if it is not recognised by itself: ushahidi, csv, geojson
arg-dry_run = Says what would be done, writes nothing
arg-import_strict = Refuses the whole file if a row is rejected
arg-export_format = Format
arg-output = File to write; - for standard output
arg-what = Kind of records; repeatable in GeoJSON, which holds incidents, needs and resources without it; CSV holds one (incidents)
arg-excel = CSV for French Excel
arg-posts = Number of posts, 2 to 5
arg-once = Ends by itself; fails (1) when the posts do not end equal
arg-keep = Empty folder to keep the posts in; without it, all is removed at the end
arg-shell = The shell
arg-folder = Folder to write a page for each command to; without it, the first page is printed

## Errors
label-error = error:
label-why = why:
label-try = try:
usage-missing = { $arguments } is missing
usage-unknown = there is no "{ $argument }" here
usage-value = "{ $value }" does not suit { $argument }
usage-conflict = { $argument } does not go with { $other }
usage-try = { $command } --help
unreachable = no Beffroi answers at { $address }
unreachable-no-file = there is no such file: the daemon is not running
unreachable-no-socket = that file is not a socket
    .try = give the post's folder: --data DIR
unreachable-refused = nobody listens there any more: the daemon has stopped
unreachable-denied = this user may not open it
    .try = sudo usermod -aG beffroi $USER   (then log in again)
unreachable-silent = the connection stays without answer
    .try = wait, then try again; else restart beffroid
start-service = sudo systemctl start beffroi   (installed as a service)
start-own = beffroid --data { $folder }   (in another terminal)
start-other = check the address and that beffroid runs, with --api
timed-out = { $address } did not answer within { $seconds } s
    .why = the request has left; what it asked for may be done
    .try = beffroi status, then try again
link-broken = the link to { $address } broke
    .why = { $error }
    .try = beffroi status, then try again
answer-unreadable = the answer of { $address } cannot be read
    .why = { $error }
    .try = beffroi version: client and post may be of different versions
local-file = the file cannot be written
    .why = { $error }
    .try = check the space and the rights; the file that was there is untouched
output-failed = the result cannot be written: { $error }
address-unreadable = "{ $address }" is not the address of a post
    .try = http://127.0.0.1:7411 or unix:/path/api.sock
no-randomness = this machine gives no randomness: { $error }
    .try = try again in a minute
no-runtime = the command cannot start: { $error }
    .try = check the system's limits (ulimit -a)
not-done = nothing was done
yes-or-no = (yes/no)
role-unknown = "{ $role }" is not a role
    .try = coordinator, operator, observer or relay
edit-nothing = nothing to change
    .try = give a field, for instance --severity severe or --set details=…
editor-failed = the editor did not give the text back: { $error }
    .try = choose another: EDITOR=nano beffroi …
editor-heading = Edit under the "===" lines, save, leave. No names of people.
resolve-nothing = nothing to settle on "{ $field }" of { $reference }
    .try = beffroi conflicts
resolve-no-such = there are only { $count } values
    .try = beffroi conflicts
new-unknown = nobody knows whether the record was written
    .why = { $error }
    .try = the same command with --id { $id }: if there is one, it is the same
import-unreadable = { $path } cannot be read
    .why = { $error }
import-rejected-lost = the file of rejected rows cannot be written: { $error }
    .why = the other rows are imported
    .try = make room, then import the file again: the same rows will come back
export-failed = { $path } cannot be written
    .why = { $error }
sheets-folder = { $folder } does not take the sheets
    .why = { $error }
    .try = another folder, for instance a USB key: --sheets /media/…
sheets-exist = { $folder } holds sheets already
    .try = another folder: they may be the only ones of another territory
fails-silent = a post has been silent for too long
fails-conflicts = disagreements wait
    .try = beffroi conflicts
fails-parked = entries wait for a permit

## Values
number = { $number }
unknown = unknown
value-yes = yes
value-no = no
span-seconds = { $number } s
span-minutes = { $number } min
span-hours = { $number } h
span-days = { $number } d
stored-here = kept here
stored-by-some = kept here · stored by { $acknowledged } of { $posts ->
        [one] { $posts } post
       *[other] { $posts } posts
    }
stored-by-all = stored by { $acknowledged } of { $posts ->
        [one] { $posts } post
       *[other] { $posts } posts
    }

## Columns and views
column-number = number
column-updated = changed
column-stored = stored
column-code = code
column-let-in = let in by
column-post = post
column-via = via
column-last-contact = last contact
column-we-lack = we lack
column-they-lack = they lack
column-state = state
column-id = id
column-role = role
column-until = until
column-address = address
column-tried = tried
column-error = failure
shown-created = created
shown-conflicts = disagreement on { $fields }: beffroi conflicts, then beffroi resolve { $reference } …
shown-private = data about people ({ $fields }): beffroi show { $reference } --private
shown-private-forgotten = The data about people were erased for good.
operation-close-really = Close "{ $operation }", and destroy its data about people in { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, at every post?
operation-closed = { $operation }: closed. This post destroys its data about people after { $at }; the others count the days from when they learn of it.
private-none = No data about people in this record.
private-written = { $reference }: data about people written.
private-unchanged = { $reference }: already so, nothing was written.
private-meanwhile = Others changed meanwhile: { $fields }.
openings-none = Nobody opened data about people at this post.
forget-really = Erase the data about people of { $reference } at every post, for good?
forget-all-really = Erase the whole record { $reference } at every post, for good?
forgotten = { $reference }: nobody is shown it any more. This post destroys the bytes after { $at }; the others 72 hours after they learn of it.
shown-fingerprint = fingerprint
shown-communes = communes
shown-post = this post
shown-operation = operation
shown-sheets = root sheets
none-operation = No operation.
none-incident = No incident. To create one: beffroi incident new "…"
none-need = No need. To create one: beffroi need new "…"
none-resource = No resource. To create one: beffroi resource new "…"
list-more = { $count ->
        [one] one more record
       *[other] { $count } more records
    }: --all
history-deleted = { $count ->
        [one] − { $count } character
       *[other] − { $count } characters
    }
source-manual = typed in
history-adopted = written after the withdrawal, taken up by another post

## Fields
field-title = title
field-name = name
field-description = description
field-details = details
field-conditions = conditions
field-instructions = instructions
field-event_type = type
field-need_type = type
field-resource_type = type
field-category = category
field-severity = severity
field-urgency = urgency
field-verification = verification
field-status = state
field-duplicate_of = duplicate of
field-parent = part of
field-occurred_at = occurred
field-reported_at = reported
field-channel = channel
field-priority = priority
field-due = due
field-quantity = quantity
field-beneficiaries = people
field-incident = incident
field-site = site
field-item = item
field-requester_org = requester
field-constraints = constraints
field-closing_reason = closing reason
field-mode = mode
field-owner_org = owner
field-unit = unit
field-capacity = capacity
field-home_site = home site
field-skills = skills
field-basis = basis
field-phase = phase
field-exercise = exercise
field-hazards = hazards
field-territory = communes
field-time_zone = time zone
field-director = director
field-director_name = director's name
field-caller = caller
field-contact = contact
field-activated_at = activated
field-closed_at = closed
field-place = place
field-tags = tags
field-scope = scope
field-archived = archived
field-source = source

## Phones
phones-address = phones open  { $url }
phones-code = code of the day  { $code }
phones-link = or this QR code, for one phone, until { $until }:  { $link }
phones-seen = Plain http: others on this Wi-Fi may read what phones send and see. Only on the post's own Wi-Fi, with its own password. A phone stays in for 12 hours.
phones-are-off = { $count ->
    [0] Phones are off.
    [one] Phones are off; { $count } was in.
   *[other] Phones are off; { $count } were in.
}
phones-off-now = Phones are off. To let them in: beffroi phones on
phones-none = No phone is in.
phone-ended = The phone { $phone } is out.
column-device = device
column-since = since
column-seen = seen

## Territory, invites, joining
territory-created = Territory "{ $territory }" created. This post is { $post } ({ $code }), coordinator. Operation open: { $operation }
territory-fingerprint = Fingerprint: { $fingerprint }
sheets-on-screen = Three root sheets. Copy each one to paper now: they will never be shown again.
sheet-heading = Sheet { $number }
sheets-check = Let us check the paper.
sheet-question = Sheet { $sheet }, word { $word }:
sheet-wrong = That is not this word. Read the sheet again.
sheets-confirmed = Noted: the three root sheets are on paper.
sheets-later = When the three sheets are on paper, in three safe places: beffroi territory confirm-sheets
sheets-really = Are the three sheets on paper, in three different places?
sheets-are-on-paper = on paper
sheets-not-confirmed = not confirmed: beffroi territory confirm-sheets
sheet-written = To print, then to erase: { $path }
sheet-file = root-sheet
sheet-page =
    BEFFROI · ROOT SHEET { $number } OF { $count }

    Territory:   { $territory }
    Fingerprint: { $fingerprint }

    These 24 words let one take the territory back in hand when its
    coordinators are lost. Whoever reads them can do anything: put this
    sheet in a closed envelope. The three sheets go to three places:
    town hall safe, fire station, prefecture or a neighbour.
    .foot =
        Date and signature of who closes the envelope:

        To use it: at any post of the territory, type
            beffroi root use
        then the 24 words. To withdraw a dishonest coordinator and all
        it did since 9:00:
            beffroi root use --revoke CODE --since 09:00 --why abuse
        To name a coordinator when none is left:
            beffroi root use --coordinator CODE

        After printing, erase this file. Do not photograph it.
invite-code = code  { $code }   { $role }, once, until { $until }
invite-elsewhere = on the other machine:  beffroi join { $code } --post "Croix-Rouge" --code CRF
invite-address = if it does not find this post:  --peer { $address }
invite-people = It will read data about people too.
invite-lives = The code lives while beffroid runs here.
role-coordinator = coordinator
role-operator = operator
role-observer = observer
role-relay = relay
role-none = no role
may-coordinator = Coordinator: reads and writes everything, and lets posts in.
may-operator = Operator: reads and writes everything but members and decisions.
may-observer = Observer: reads, does not write.
may-relay = Relay: carries without being able to read.
invites-none = No invite. To make one: beffroi invite --role operator
invite-open = waits
invite-used = used
invite-cancelled = cancelled
invite-expired = expired
invite-cancel-really = Cancel the invite { $id }?
invite-is-cancelled = Invite { $id } cancelled.
join-looking = Looking for the post that made this code, for { $seconds } s at most…
join-found = found { $post } at { $address }   territory { $territory }
join-received = received { $received } of { $offered } entries, all on disk
join-in-step = in step with { $post }
join-goes-on = receiving goes on: beffroi status --watch

## Status
status-exercise = EXERCISE EXERCISE EXERCISE   { $operation }
status-locked = This post is locked.
status-locked-in = This post of the territory { $territory } is locked.
status-nowhere =
    This post is in no territory.
    beffroi territory create NAME --post POST --code CODE   or   beffroi join CODE --post POST --code CODE
status-heading = { $post } ({ $code })   { $territory }   { $role }   { $records ->
        [one] { $records } record
       *[other] { $records } records
    }   { $conflicts ->
        [one] { $conflicts } conflict
       *[other] { $conflicts } conflicts
    }   { $parked } parked
status-more = { $entries } entries   digest { $digest }   boot { $boot }
status-stored-by-all = stored by all others: { $records ->
        [one] { $records } record
       *[other] { $records } records
    }
status-alone = no other post yet: beffroi invite --role operator
state-in-step = in step
state-catching-up = we lack { $here }, they lack { $there }
state-silent = silent for { $ago }
state-was-in-step = in step at { $at }
state-never-heard = never heard from here
state-carried = { $entries } on a key since { $at }, no receipt
state-blocked = blocked: beffroi doctor
topic-post = post
topic-disk = disk
topic-clock = clock
topic-network = network
topic-peers = peers
topic-data = data
peer-added = { $address } is remembered; this post calls it from now on.
peers-none = No other post. To let one in: beffroi invite --role operator
peer-remove-really = Forget the addresses of { $peer }?
peer-removed = Forgotten: { $addresses }
sync-received = { $received ->
        [one] { $received } entry received
       *[other] { $received } entries received
    }
sync-not-in-step = Not every post is in step.
journal-reading = Reading the journal…
journal-good = { $verified } of { $entries } entries verified, { $chains } chains: nothing altered
journal-bad = { $verified } of { $entries } entries verified, { $chains } chains: ENTRIES WERE ALTERED
journal-judged = contents opened here: { $opened }, refused { $refused }, not looked at { $unjudged }
journal-verbose = Which posts, which entries: -v or --json
journal-words = digest: { $words }
journal-damaged = { $count ->
        [one] { $count } entry is no longer what was signed: have the disk looked at, the neighbours have a copy
       *[other] { $count } entries are no longer what was signed: have the disk looked at, the neighbours have a copy
    }
journal-fork = { $count ->
        [one] { $count } chain forks (a restored backup, or a copied key)
       *[other] { $count } chains fork (a restored backup, or a copied key)
    }
journal-hole = { $count ->
        [one] { $count } entry that another cites has not arrived yet
       *[other] { $count } entries that others cite have not arrived yet
    }
journal-gap = { $count ->
        [one] { $count } content is missing and nobody erased it: the other posts are asked for it
       *[other] { $count } contents are missing and nobody erased them: the other posts are asked for them
    }
journal-refused = { $count ->
        [one] { $count } change refused: malformed, without effect at any post
       *[other] { $count } changes refused: malformed, without effect at any post
    }
journal-set-aside = { $count ->
        [one] { $count } entry set aside: its author had no right to it
       *[other] { $count } entries set aside: their author had no right to them
    }
journal-adopted = { $count ->
        [one] { $count } entry written without a right and adopted by a coordinator
       *[other] { $count } entries written without a right and adopted by a coordinator
    }
journal-called-in = { $count ->
        [one] { $count } change set aside that counts all the same: others built on it
       *[other] { $count } changes set aside that count all the same: others built on them
    }
journal-parked = { $count ->
        [one] { $count } entry waits: its author is not known here yet
       *[other] { $count } entries wait: their author is not known here yet
    }
journal-erased = { $count ->
        [one] { $count } content erased for good (somebody asked for it, or its operation was closed)
       *[other] { $count } contents erased for good (somebody asked for it, or their operation was closed)
    }
journal-carried = { $count ->
        [one] { $count } content that this post cannot read is not kept here any more
       *[other] { $count } contents that this post cannot read are not kept here any more
    }
journal-other = { $count ->
        [one] { $count } finding of a kind that this version does not know
       *[other] { $count } findings of a kind that this version does not know
    }

## Records
new-replayed = This record was written already: it is the same.
edit-unchanged = These values were there already.
edit-changed-meanwhile = Changed by others meanwhile: { $fields }
edit-conflicts = Two values now stand side by side on { $fields }: beffroi conflicts
edit-kept = What you typed is kept in { $path }
archive-really = Archive { $reference }?
conflicts-none = Nothing to settle.
conflict-used = meanwhile: { $used }      beffroi resolve { $reference } { $field } --take { $n }

## Files
import-did = created { $created }   updated { $updated }   already here { $already }   rejected { $rejected }
import-would = would be created { $created }   updated { $updated }   already here { $already }   rejected { $rejected }   (nothing is written)
import-line = line { $line }
import-more-rejected = and { $count } more rejected
import-more-notes = and { $count } more remarks
import-private = { $count ->
        [one] { $count } private field left out.
       *[other] { $count } private fields left out.
    }
import-columns = Columns left out: { $columns } (--map COLUMN=FIELD)
import-rejected-file = Rejected rows: { $path }
export-written = { $path }   { $bytes } bytes
version-own = beffroi { $version }
version-daemon = beffroid { $version }   { $address }
version-no-daemon = no post answers

## Demonstration
demo-starting = Exercise: { $posts } posts start on this machine.
demo-founded = { $post } founds the territory { $territory }.
demo-joined = { $post } joins it by an invite.
demo-opened = Operation opened: { $title }
demo-playing = Playing { $records } records and { $acts } changes, typed at all posts.
demo-all-equal = All { $posts } posts are equal.
demo-cut = { $post } hears nobody any more.
demo-wrote-apart = { $post } writes, each on its own: { $field } = { $value }
demo-reported-apart = { $post } reports, without network: { $reference }   { $title }
demo-heard-again = { $post } hears the others again.
demo-column-records = records
demo-column-entries = entries
demo-column-words = digest
demo-same = All { $posts } posts hold exactly the same. One disagreement is left for a person to settle:
demo-where = { $post }   { $data }   { $url }
demo-next =
    Your turn, in another terminal:
      beffroi --data { $data } conflicts
      beffroi --data { $data } resolve { $reference } { $field } --take 1
      beffroi --data { $data } status
demo-until-removed = Ctrl-C stops everything and removes the folders.
demo-until-kept = Ctrl-C stops everything; the folders stay.
demo-ending = The posts stop.
demo-wait-answer = { $post } answers
demo-wait-record = the record arrives at { $post }
demo-wait-equal = all posts hold the same
demo-waited = waited { $seconds } s in vain: { $what }
    .why = this machine is too busy, or a post is unwell
    .try = beffroi demo --keep DIR: the logs stay in DIR/*.log
demo-interrupted = demonstration interrupted
demo-no-daemon = beffroid cannot be found
    .why = it is neither beside beffroi nor in PATH
    .try = cargo build --bins   (in the sources)   or install the package beffroi
demo-not-started = { $program } does not start
    .why = { $error }
    .try = cargo build --bins   (in the sources)   or install the package beffroi again
demo-post-ended = { $post } ended by itself ({ $status })
    .why = { $log }
    .try = beffroi demo --keep DIR: the logs stay in DIR/*.log
demo-folder = { $folder } does not take the posts
    .why = { $error }
    .try = another folder: --keep DIR
demo-folder-taken = { $folder } is not empty
    .try = another folder: --keep DIR
demo-not-removed = { $folder } cannot be removed
    .why = { $error }
    .try = rm -r { $folder }
demo-not-played = "{ $record }" is not in the exercise
demo-differs = the posts do not end as they should
    .why = { $lines }
    .try = beffroi demo --once --keep DIR: the posts and their logs stay in DIR
demo-differs-holds = { $post }: { $entries } entries, digest { $words }
demo-differs-unlisted = { $post }: the disagreement is not in its list
demo-differs-text = { $post }: the text does not carry both edits

## Files on a USB key.

bundle-written = { $path }   { $entries } entries, { $receipts ->
    [0] no receipt
    [one] { $receipts } receipt
   *[other] { $receipts } receipts
}
bundle-private = { $private ->
    [0]  no data about people in it
   *[other]  data about people in it: { $private }, sealed
}
bundle-next =  On the computer of { $post }:  beffroi bundle read FILE
bundle-next-anybody =  On any other post of the territory:  beffroi bundle read FILE
bundle-read = { $new } new, { $known } known already: all on disk
bundle-parked =  { $parked } set aside: their author is not known here yet
bundle-refused-invalid =  { $count } refused: their signature or form is wrong
bundle-refused-no-room =  { $count } refused: no room for more from unknown authors; read the file again once they are let in
bundle-receipts =  { $count ->
    [one] 1 receipt for a file written here
   *[other] { $count } receipts for files written here
}
bundle-receipt-kept =  The receipt goes back with the next file written here.
bundle-receipt-written =  The receipt is in { $path }: it goes back to the post that wrote the file.
bundle-shown-writer = written by { $writer }, { $at }
bundle-shown-ours =  of this territory ({ $territory })
bundle-shown-other =  of ANOTHER territory ({ $territory }): this post does not take it
bundle-shown-anybody =  for any post
bundle-shown-for =  for { $post }
bundle-shown-counts =  { $entries } entries, { $receipts ->
    [0] no receipt
    [one] { $receipts } receipt
   *[other] { $receipts } receipts
}

## Posts in and out
member-people = {" "}+ people
member-by-root = a root sheet
member-this-post = this post
member-in = in
member-out = out
member-void = without right: who let it in could not
member-denied = cut off here
member-set-aside = { $count ->
        [0] nothing set aside
        [one] { $count } entry set aside
       *[other] { $count } entries set aside
    }
member-withdrawn = withdrawn ({ $why }) { $at } · learnt by { $learnt } of { $posts } posts
why-lost = lost or stolen
why-left = left
why-abuse = abuse
why-replaced = replaced
member-wrote = wrote
member-reads = can read
member-let-in = let in:
member-records = { $count } { $kind ->
        [operation] { $count ->
            [one] operation
           *[other] operations
        }
        [incident] { $count ->
            [one] incident
           *[other] incidents
        }
        [need] { $count ->
            [one] need
           *[other] needs
        }
        [resource] { $count ->
            [one] resource
           *[other] resources
        }
       *[other] records
    }
member-people-count = data about people of { $count ->
        [one] { $count } record
       *[other] { $count } records
    }
member-people-some = data about people, which this post cannot count
member-reads-nothing = nothing
member-role-is = { $post } is now { $role }
member-adopted = { $count ->
        [0] nothing is taken up
        [one] { $count } entry of { $post } is taken up
       *[other] { $count } entries of { $post } are taken up
    }
revoke-since = Since when is it not to be believed? (14:05, 2h; Enter: all that was received stays)
revoke-since-unreadable = Write an hour (14:05), a duration (2h), or nothing.
revoke-why = Why? (1 to 4)
revoke-weight = entries kept: { $kept }; set aside: { $aside }
revoke-could-read = could read: { $what }
revoke-let-in = let in, and they stay (--also POST withdraws them too):
revoke-really = Withdraw { $post } from the territory?
revoked = { $post } is withdrawn
revoked-learnt = learnt by { $learnt } of { $posts } other posts; to follow: beffroi member list
revoked-entries = entries kept: { $kept }; set aside: { $aside } (beffroi member adopt takes them up)
revoked-keys = the keys are changed: it will read nothing new
revoked-keys-left = the keys of data about people are to be changed by a coordinator who reads them; its post does it by itself
revoked-holds-on = but { $post } keeps a right given from above: open an envelope, beffroi root use
denied = { $post } is cut off here only; tell the other posts
denied-no-more = { $post } is cut off here no more
root-type-words = Type the 24 words of the sheet, in order; several a line if you like. They show on the screen: be alone before it.
root-next-word = word { $number }:
root-no-words = nobody is there to type the words
    .try = beffroi root use FILE
root-file = { $path } cannot be read: { $error }
root-sheet-right = this is sheet { $sheet } of this territory
root-what-next = Nothing was done. Say what: --revoke POST withdraws a post, --coordinator POST names one.
root-coordinator-really = Make { $post } a coordinator?
root-made-coordinator = { $post } is a coordinator. Put the sheet back into an envelope.
## Keys
unlocked = Unlocked. This post has its records and the other posts again.
locked = Locked. To go on: beffroi unlock
passphrase-question = Passphrase of this post's keys:
passphrase-wrong-question = That is not it; nothing was destroyed. Passphrase:
passphrase-propose =
    A passphrase guards the keys of this post if the machine is stolen while off. Once lost it cannot be
    found again: the post then joins with a new code, and its records come back from the neighbours.
    Proposed:   { $proposed }
    Enter takes it (write it on paper first); or type your own; or a dash (-) for none:
    a relay, or a post that must restart without anybody, may stay without.
passphrase-choose = Passphrase [Enter: the proposed one]:
passphrase-again = Once more:
passphrase-differs = That is not the same.
passphrase-without = Without passphrase: whoever takes this machine reads all it reads. Later: beffroi passphrase
passphrase-set = The keys are under the new passphrase. It will be asked at each start and for each act.
passphrase-removed = The keys have no passphrase any more: keep this machine under lock, its disk encrypted.
passphrase-remove-really = Leave the keys on the disk without protection?
passphrase-file-stale =
    Beware: { $file } holds another passphrase. At its next start this post will wait for
    “beffroi unlock” until that file is corrected.
passphrase-not-asked = no passphrase was given
    .why = Nobody is at a terminal to type it.
    .try = beffroi passphrase --new-file FILE, or beffroi passphrase --remove
passphrase-file-unreadable = the file { $file } cannot be read
    .why = { $error }
    .try = check its path and who may read it
