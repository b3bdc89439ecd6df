# Why a row is rejected, or what is doubtful in a record made all the same.
with-excerpt = "{ $excerpt }": { $sentence }
reason-bad_date = is not a date that this column's order can read
reason-bad_number = is not a number (write 1234.5 or 1234,5, the same in the whole column)
reason-bad_coordinates = coordinates incomplete or out of range (latitude -90 to 90, longitude -180 to 180)
reason-missing_required = empty: the row has no identity, or neither title nor name
reason-too_long = text too long
reason-duplicate_in_file = same identity as a row above
reason-open_quote = a quote on this line is misplaced, or never closed
reason-bad_value = this field cannot take this value
reason-outside_area = point outside the territory, kept as it is
reason-swapped_coordinates = point outside the territory: latitude and longitude look swapped
reason-unknown_value = unknown value, kept as a tag
reason-ragged_row = the row has not as many cells as the header
reason-shortened = text shortened
reason-title_borrowed = no title: the beginning of the description, or the place, serves as one
reason-no_such_hour = this hour does not exist (clocks went forward)
reason-repeated_hour = this hour exists twice (clocks went back): the first is taken

# Why a whole file is refused.
refused-empty = The file is empty.
refused-too_large = The file is over 256 MiB: split it.
refused-too_many_rows = The file has more than 250,000 rows: split it.
refused-too_many_columns = The header has { $columns } columns; 512 at most are read.
refused-row_too_long = The row of line { $line } is over 1 MiB: a quote is probably left open there.
refused-open_quotes = Too many quotes are never closed, the last on line { $line }: this is not a CSV table.
refused-binary = The file is binary, not text. For UTF-16 without a mark, give the encoding.
refused-not_a_table = The file is { $what }, not a CSV table: save it as CSV.
refused-undecodable = The file is not valid { $encoding }: give its encoding.
refused-unknown_encoding = Unknown encoding: { $name }.
refused-unrecognised = The columns are not those of a known format: say what they hold (--map COLUMN=FIELD).
refused-missing_column = Column "{ $column }" is missing.
refused-unknown_column = The file has no column "{ $column }".
refused-unknown_field = { $kind } has no field "{ $field }".
refused-field_twice = Two columns give "{ $field }": keep one.
refused-map_too_long = More than 256 columns are mapped.
refused-kind_not_imported = A table cannot give records of kind "{ $kind }".
refused-bad_delimiter = The delimiter must be a comma, a semicolon, a tab or a bar.
refused-unknown_time_zone = Unknown time zone: { $name }.
refused-ambiguous_dates = Column "{ $column }": { $rows } dates read both ways. Say day/month (--map "{ $column }=dmy") or month/day (--map "{ $column }=mdy").
refused-exercise_mismatch = The file comes from an exercise, and this operation is real.
refused-strict = { $rejected } rows are rejected, the first on line { $line }; nothing was imported.
refused-unreadable = The file cannot be read: { $detail }.

# How the file was read.
list-separator = {"; "}
format-ushahidi = Ushahidi CSV
format-csv = CSV table
delimiter-tab = tab
read-as = { $format }, { $encoding }{ $guessed ->
    [yes] {" "}(a guess)
   *[no] {""}
}, delimiter "{ $delimiter }", { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}
read-as-dates = "{ $column }" read as { $order ->
    [mdy] month/day/year
   *[dmy] day/month/year
}{ $either ->
    [0] {""}
   *[other] {" "}({ $either } could be either: --map "{ $column }={ $other }")
}

# What an export holds, and what stayed out.
exported-incident = { $count ->
    [one] { $count } incident exported
   *[other] { $count } incidents exported
}
exported-need = { $count ->
    [one] { $count } need exported
   *[other] { $count } needs exported
}
exported-resource = { $count ->
    [one] { $count } resource exported
   *[other] { $count } resources exported
}
exported-operation = { $count ->
    [one] { $count } operation exported
   *[other] { $count } operations exported
}
exported-without-place = { $count } without a place on the map
exported-out-of-scope = { $count } out of scope
exported-archived = { $count } archived, not exported
exported-private = { $count ->
    [one] { $count } private field not exported
   *[other] { $count } private fields not exported
}
exported-conflicts = { $count ->
    [one] { $count } value in conflict (cautious value)
   *[other] { $count } values in conflict (cautious value)
}

# What a report had no room for.
cut-list = { $total } rows are rejected: the report lists the first { $first }
cut-rows = the file of rejected rows holds the first { $first } of { $total }: mend them, then import your file again for the others
cut-notes = { $total } remarks: the report lists the first { $first }

# Headings of tables.
column-id = identity
column-number = number
column-exercise = exercise
column-place-insee = INSEE code
column-place-label = place
column-place-lat = latitude
column-place-lon = longitude
column-tags = tags
column-conflicts = values in conflict
column-occurred_at = occurred
column-reported_at = reported
column-title = title
column-event_type = event type
column-severity = severity
column-status = status
column-verification = verification
column-description = description
column-need_type = need type
column-priority = priority
column-item = item
column-quantity = quantity
column-quantity-unit = unit
column-delivered = delivered
column-beneficiaries = beneficiaries
column-due-delay = delay
column-due-at = due
column-requester_org = requester
column-name = name
column-resource_type = resource type
column-stock = stock
column-unit = unit
column-capacity = capacity
column-capacity-unit = capacity unit
column-owner_org = owner
