# Problems and findings of the local interface. One sentence a line; what follows ".hint" says what to do.

## Titles
code-bad_request = The request cannot be read
code-bad_method = This method is not taken here
code-too_large = This is too large
code-unsupported_type = This type is not recognised
code-no_session = The page is not open
code-bad_token = The token is wrong
code-locked = The post is locked
code-passphrase_needed = The passphrase is asked for
code-role_forbids = This post's role does not allow it
code-bad_origin = The request comes from another page
code-bad_form_token = The form is out of date
code-not_found = Not found
code-gone = It is gone
code-id_reused = This id is taken
code-already_settled = Already done
code-heads_moved = The record has changed meanwhile
code-ambiguous = There are several
code-choose_operation = Which operation?
code-field_invalid = A field needs correcting
code-bad_transition = Not possible in this state
code-bad_file = The file is not what it claims to be
code-rate_limited = Too many requests
code-busy = The post is busy
code-not_received_yet = Not received yet
code-store_full = The disk is full
code-store_failed = The disk failed
code-wrong_host = The request is for another host
code-no_territory = This post is in no territory

## Causes
cause-body_unreadable = What was sent is not what was expected: { $error }.
    .hint = Correct it; nothing was written.
cause-parameter_unreadable = "{ $value }" is not a value of "{ $name }".
    .hint = See the possible values in the command's help.
cause-invite_mistyped = This invite code cannot exist: it was misread or mistyped.
    .hint = Type the twelve characters again, for instance 7KQ4-M2XR-9HW3; dashes and case do not count.
cause-address_unreadable = "{ $address }" is not the address of a post.
    .hint = Write it like this: /ip4/192.168.1.20/tcp/7410
cause-body_too_large = The request is over { $limit } KiB.
    .hint = Shorten the text, or make two records of it.
cause-file_too_large = The file is over { $limit } MiB.
    .hint = Cut it into several files.
cause-type_unsupported = The type "{ $sent }" is not read here.
    .hint = Send JSON: Content-Type: application/json
cause-format_unsupported = The format "{ $format }" is not known.
    .hint = Known formats: { $known }.
cause-one_kind_a_file = A { $format } file holds one kind of records.
    .hint = One file for each kind (--what need -o needs.{ $format }), or one for all: --format geojson
cause-session_missing = This page is opened from the post.
    .hint = At the post, type: beffroi web
cause-token_wrong = The token is missing, wrong or withdrawn.
    .hint = Give it in BEFFROI_TOKEN, or use --data on the post's own machine.
cause-keys_locked = The post's keys wait for the passphrase.
    .hint = beffroi unlock
cause-passphrase_missing = This act asks the passphrase of the keys again.
    .hint = Try again at a terminal, which will ask; a program names its file in BEFFROI_PASSPHRASE_FILE.
cause-passphrase_wrong = That is not the passphrase of the keys. Nothing was changed or destroyed.
    .hint = Try again: capitals, accents and spaces count.
cause-passphrase_tries = Too many wrong passphrases.
    .hint = Try again in { $seconds } s. Nothing was destroyed.
cause-passphrase_none = The keys of this post have no passphrase: they could not be opened again.
    .hint = Choose one: beffroi passphrase
cause-unlocked_already = This post is not locked.
    .hint = Nothing to do. To lock it: beffroi lock
cause-keys_unreadable = The file of the keys cannot be read: { $error }.
    .hint = Nothing was changed. The file is keys/keystore in the folder of the post; if it is lost, start with --new-post and join with a new code.
cause-role_too_narrow = This post is { $role ->
        [coordinator] a coordinator
        [operator] an operator
        [observer] an observer
        [relay] a relay
       *[other] { $role }
    }: it may not do that.
    .hint = Ask a coordinator's post.
cause-post_withdrawn = This post was withdrawn from the territory by { $by }: it shows nothing any more and takes nothing more.
    .hint = What this post has not handed over yet can be handed in: beffroi bundle write FILE, then carry the key to a coordinator. To come back: a new code, on a machine made anew.
cause-post_out = This post is no longer a member of the territory: it shows nothing any more and takes nothing more.
    .hint = What this post has not handed over yet can be handed in: beffroi bundle write FILE, then carry the key to a coordinator. To come back: a new code, on a machine made anew.
cause-withdraw_self = A post does not withdraw itself, nor change its own role.
    .hint = Ask another coordinator, or open an envelope: beffroi root use
cause-rank_too_low = { $member } was let in above or beside this post: this post cannot withdraw it.
    .hint = Call the post that let it in, or open an envelope: beffroi root use. Meanwhile cut here: beffroi member deny
cause-member_out = { $member } is out already.
    .hint = See who withdrew it: beffroi member list
cause-role_held_already = This post has that role already.
    .hint = See the roles: beffroi member list
cause-nothing_to_adopt = Nothing of this post is set aside: there is nothing to take up.
    .hint = If it still holds what it never handed over, read its bundle first: beffroi bundle read FILE
cause-member_unknown = No post is called “{ $member }”.
    .hint = See the posts: beffroi member list
cause-member_ambiguous = Several posts are called “{ $member }”.
    .hint = Give the beginning of its id: beffroi member list -v
cause-sheet_count = A root sheet has 24 words; there are { $count }.
    .hint = Type the 24 words again, in the order of the sheet.
cause-sheet_word_unknown = Word { $position } is not a word of root sheets.
    .hint = Read that word on the sheet again; nothing was done.
cause-sheet_mistyped = These words exist but do not belong together: one is wrong, or two are swapped.
    .hint = Read the sheet line by line again; nothing was done.
cause-sheet_foreign = This sheet is of another territory.
    .hint = Compare the fingerprint printed on the sheet with: beffroi territory show
cause-not_a_member = This post is no longer a member of the territory: its grant was withdrawn.
    .hint = What it had can still be read. Call a coordinator.
cause-people_not_held = This post does not read data about people: it can neither write them nor give that right.
    .hint = Ask a coordinator who reads them.
cause-people_not_for_role = Only a coordinator and an operator may read data about people.
    .hint = Make the invite without --people, or with another role.
cause-origin_foreign = The request was sent by a page that is not this post's.
    .hint = Open the post's page and try again.
cause-form_token_wrong = The form is of another session.
    .hint = Reload the page; what you typed is kept.
cause-record_unknown = No record "{ $reference }" at this post.
    .hint = Look for it with beffroi list. If another post wrote it, it may not have arrived: beffroi status
cause-private_forgotten = The data about people of "{ $reference }" were erased for good: nothing can be written there any more.
    .hint = Create a new record if somebody has to be called back.
cause-private_nothing = There are no data about people to erase in "{ $reference }".
    .hint = To erase the record itself: beffroi forget REF --all -m "why"
cause-operation_ended = The operation "{ $operation }" was closed long enough ago: its data about people were destroyed, and none can be written there any more.
    .hint = Open a new operation if somebody still has to be called back.
cause-purge_days_unfit = Between the close and the end of the data about people there must be { $min } to { $max } days.
    .hint = For example: --purge-after 30d. To erase one record now: beffroi forget REF -m "why"
cause-record_of_other_kind = "{ $reference }" is of another kind ({ $kind }).
    .hint = Type: beffroi show { $reference }
cause-conflict_unknown = There is nothing to settle on "{ $field }" of { $reference }.
    .hint = See what waits: beffroi conflicts
cause-peer_unknown = No post "{ $peer }".
    .hint = See the posts known: beffroi peer list
cause-invite_unknown = No invite "{ $invite }" at this post.
    .hint = See them: beffroi invite list
cause-path_unknown = There is no such address in the interface.
    .hint = Client and post may be of different versions: beffroi version
cause-method_unknown = This address of the interface does not take this method.
    .hint = Reading is GET; see docs/local-api.md for the others.
cause-phone_unknown = No phone is let in under "{ $session }".
    .hint = See those that are: beffroi phones list
cause-phone_address_refused = "{ $address }" is not an address phones may be served on.
    .hint = Give the address of this machine on the post's own Wi-Fi: --address 192.168.1.20
cause-phone_address_missing = This machine has no address on a local network.
    .hint = Connect it to the post's Wi-Fi, then try again; or give the address: --address 192.168.1.20
cause-phone_addresses_several = This machine is on several local networks: { $addresses }.
    .hint = Say which one is the post's own Wi-Fi, for instance: beffroi phones on --address 192.168.1.20
cause-phone_address_taken = { $address } cannot be used: { $error }.
    .hint = Check that this machine has this address: ip address
cause-invite_used = This code was already used by another device.
    .hint = Ask for a new code. If nobody else was to use it, warn the coordinator.
cause-invite_over = This invite was cancelled or is over, or the post that made it restarted.
    .hint = Ask for a new code.
cause-id_taken = The id { $id } is already another record's.
    .hint = Try again without giving an id.
cause-in_territory_already = This post is already in the territory "{ $territory }".
    .hint = For another territory, run beffroid with another folder: --data
cause-conflict_settled = "{ $field }" of { $reference } has changed since you saw it.
    .hint = Read the values again: beffroi conflicts
cause-invite_ended = This invite was already used, or no longer valid.
    .hint = See the invites: beffroi invite list
cause-record_moved = { $reference } was changed since you read it.
    .hint = Read it again, then retry; without --strict, your value would be kept beside the other.
cause-reference_ambiguous = "{ $reference }" can mean several records.
    .hint = Take the whole reference of the one you want.
cause-operations_open = Several operations are open.
    .hint = Choose one with --operation.
cause-fields_invalid = To be corrected: { $fields }.
    .hint = Nothing was written. Correct and try again.
cause-step_forbidden = There is no step from "{ $from }" to "{ $to }".
    .hint = See the state of the record with beffroi show.
cause-reason_missing = Say why.
    .hint = Add a sentence with -m.
cause-step_unknown = A record of this kind ({ $kind }) has no such step.
    .hint = See the possible steps in the command's help.
cause-operation_closed = The operation "{ $operation }" is closed at this post.
    .hint = It can still be read; write in an operation that is open.
cause-record_too_new = { $reference } was written by a later version of Beffroi.
    .hint = It can be read here, not changed: update this post.
cause-file_refused = { $why }
    .hint = Nothing was written. Correct the file, or say how to read it: --format, --map
cause-rows_rejected = { $count ->
        [one] One row is rejected
       *[other] { $count } rows are rejected
    } and --strict then refuses the whole file.
    .hint = Nothing was written. Correct the rows, or import without --strict.
cause-too_many_requests = This program asks too fast.
    .hint = Wait a few seconds.
cause-ending = The post is stopping.
    .hint = Try again when it has restarted.
cause-under_way = A request like this one is under way.
    .hint = Wait until it is done.
cause-took_too_long = The post was not done in time.
    .hint = Try again: what was written is written once.
cause-record_not_received = "{ $reference }" is known of, but its content has not arrived yet.
    .hint = See which posts are reached: beffroi status
cause-no_post_found = No post has answered to this code for { $seconds } s.
    .hint = Same Wi-Fi? If not, give the address shown with the code: --peer /ip4/192.168.1.20/tcp/7412
cause-other_post_found = A post answers, but it is not the one that made this code.
    .hint = The post that made the invite must be on and within reach.
cause-joined_incomplete = This post is let in, but not all had arrived after { $seconds } s.
    .hint = Receiving goes on: beffroi status --watch
cause-keys_not_received = The key that lets this post read has not arrived yet.
    .hint = A coordinator must be within reach: beffroi status
cause-disk_full = There is not enough room left under { $path }: nothing more is stored.
    .hint = Free space, then try again.
cause-disk_failed = The disk refused a write under { $path }: nothing more is stored.
    .hint = Check the disk, then restart beffroid. What was kept still is.
cause-record_full = The record { $reference } has received so many changes that it takes no more.
    .hint = Create a new record and cite this one; what it holds stays.
cause-internal = The post met an error it has no name for.
    .hint = Try again. If it comes back, keep beffroid's log and report it.
cause-host_foreign = The request names the host "{ $host }", which is not this post.
    .hint = Open the address shown by beffroi status.
cause-territory_missing = This post is not in a territory yet.
    .hint = Create one (beffroi territory create) or join one (beffroi join).

## Fields
field-unknown_field = This kind of record has no such field.
field-missing = This field is required.
field-set_once = This field is written once, at creation.
field-use_step = This field changes by a step: close, reopen, verify or another command.
field-not_text = A text is needed.
field-not_a_number = A number is needed.
field-out_of_range = The value is out of range.
field-too_long = The text is too long.
field-unknown_token = This is not one of the field's words.
field-not_a_boolean = true or false is needed.
field-not_a_time = A date and time is needed, for instance 2026-11-22T18:40:00+01:00.
field-not_a_place = A place is needed: a label, an INSEE code or coordinates.
field-not_a_quantity = A positive number and its unit are needed, for instance 40 and each.
field-not_a_reference = The reference of a record is needed.
field-not_a_set = A list of words is needed.
field-wrong_shape = The value is not of the form of this field.
field-private = This field is private: it does not go into the common record.
field-not_a_code = 2 to 6 characters are needed, A to Z and 0 to 9, a letter first.
field-empty = At least one word is needed.

## Findings
finding-post_ok = { $name } ({ $code }), { $role ->
        [coordinator] coordinator
        [operator] operator
        [observer] observer
        [relay] relay
       *[other] { $role }
    }
finding-no_territory = this post is in no territory
    .hint = beffroi territory create NAME --post POST --code CODE, or beffroi join CODE
finding-withdrawn = this post is no longer a member of the territory
    .hint = hand in what has not left: beffroi bundle write FILE, then the key to a coordinator
finding-keystore_open = the keys lie on the disk without passphrase
    .hint = beffroi passphrase; or keep this machine under lock, its disk encrypted
finding-keystore_locked = the keys wait for the passphrase
    .hint = beffroi unlock
finding-root_acted = a root sheet was used { $count ->
        [one] once
       *[other] { $count } times
    } since the founding
    .hint = if nobody here opened it, call those who keep the envelopes
finding-code_used_twice = one code let two machines in: { $posts }
    .hint = ask both who they are; withdraw the intruder: beffroi member revoke
finding-lost_let_in = { $post }, withdrawn as lost or for abuse, is in again
    .hint = if you do not know why: beffroi member revoke
finding-many_forks = { $post } writes along many lines at once: a copied machine, or a dishonest one
    .hint = ask whether its data were copied; if not: beffroi member revoke
finding-sheets_unconfirmed = nobody confirmed that the three root sheets are on paper
    .hint = beffroi territory confirm-sheets
finding-code_shared = the code { $code } is also used by { $other }
    .hint = a coordinator changes one of them; numbers already given stay
finding-ring_key_missing = the key of a ring this post may read has not arrived
    .hint = a coordinator must be within reach: beffroi peer list
finding-disk_ok = { $free } free, last write kept
finding-disk_low = only { $free } free under { $path }
    .hint = free space
finding-disk_full = disk full under { $path }: nothing more is stored
    .hint = free space
finding-disk_failed = the last write under { $path } failed
    .hint = check the disk, then restart beffroid
finding-store_mended = the data were damaged: { $entries } entries read back, { $missing } lost here; the damaged files are in { $path }
    .hint = meet another post: it gives back what it has of them; then have the disk checked
finding-records_full = { $count ->
        [one] one record has received so many changes that it takes no more
       *[other] { $count } records have received so many changes that they take no more
    }
    .hint = create a new record that cites the old one
finding-clock_ok = { $peers ->
        [one] agrees with one post
       *[other] agrees with { $peers } posts
    }
finding-clock_alone = no post to compare the clock with
finding-clock_ahead = { $minutes } min ahead of { $peer }
    .hint = sudo timedatectl set-ntp true, or set the clock by hand
finding-clock_behind = { $minutes } min behind { $peer }
    .hint = sudo timedatectl set-ntp true, or set the clock by hand
finding-network_ok = can be reached at { $addresses }
finding-network_none = no interface has an address
    .hint = plug in a cable or join a Wi-Fi
finding-port_taken = { $address } is taken by another program
    .hint = stop the other beffroid, or give --listen
finding-nobody_heard = no other post heard on the local network
    .hint = same Wi-Fi? firewall open for 7410? if so: beffroi peer add ADDRESS
finding-clients_isolated = only the box answers on { $network }: it probably isolates its Wi-Fi clients
    .hint = a cable, or switch "AP isolation" off
finding-other_territory = { $machines ->
        [one] a post of another territory is on this network
       *[other] { $machines } posts of another territory are on this network
    }
    .hint = nothing to do, if it is expected
finding-vpn_route = everything leaves through the VPN { $interface }
    .hint = stop the VPN, or keep the local network out of it
finding-peers_ok = { $peers ->
        [one] the other post is in step
       *[other] the { $peers } other posts are in step
    }
finding-peers_none = no other post yet
finding-peer_catching_up = { $peer } is catching up
finding-peer_silent = { $peer } is silent
    .hint = is it on? same network? beffroi peer list
finding-peer_blocked = { $peer }: { $reason }
    .hint = bring both posts to the same version, or call a coordinator
finding-peer_version = { $peer } runs version { $version }
    .hint = bring both posts to the same version
finding-entries_parked = { $count ->
        [one] one entry waits
       *[other] { $count } entries wait
    } for a permit that has not arrived
    .hint = a coordinator must be within reach: beffroi peer list
finding-author_over_budget = { $author } has filled its share of this post: { $count ->
        [one] one of its entries waits
       *[other] { $count } of its entries wait
    }
    .hint = call that post; an honest large import: raise author_budget in the configuration, restart beffroid; if not: beffroi member revoke "{ $author }"
finding-conflicts_wait = { $count ->
        [one] one disagreement waits
       *[other] { $count } disagreements wait
    } for a choice
    .hint = beffroi conflicts
finding-socket_open = other users can open { $path }
    .hint = chmod 600 { $path }
finding-socket_ok = { $path } is open to its owner only
