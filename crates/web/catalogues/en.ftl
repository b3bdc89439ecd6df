# The pages people see.

## On every page
page-name = Beffroi
page-skip = Go to the content
page-exercise = EXERCISE – EXERCISE – EXERCISE
page-other-language = Français

## Phones
phone-seen = Others on this Wi-Fi may be able to read what you write here. No names, no telephone numbers.
phone-end = Finish on this phone
enter-title = Enter
enter-label = Code of the day
enter-help = Eight letters. Ask at the post for it.
enter-button = Enter
enter-continue = Already entered on this phone? Continue
enter-wrong = This is not today's code. Check the letters at the post and type them again.
enter-too-often = Too many wrong codes. Wait a minute, then try again; or scan the QR code at the post.
enter-link-over = This link has been used, or is over ten minutes old. Type the code of the day, or ask at the post for a new QR code.
enter-full = No more phones can enter. At the post, end those that are not used: beffroi phones list
enter-ended = Finished on this phone. To go on, enter again.
open-title = Enter with this phone
open-may = For twelve hours you can see what is open, report an incident and ask for something.
open-button = Enter
home-title = What is open
home-add = Add
home-report = Report
home-ask = Ask
home-incidents = { $count ->
    [0] Incidents
    [one] { $count } incident
   *[other] { $count } incidents
}
home-needs = { $count ->
    [0] Needs
    [one] { $count } need
   *[other] { $count } needs
}
home-no-incidents = No open incident.
home-no-needs = No open need.
home-more = { $count ->
    [one] and { $count } more, at the post
   *[other] and { $count } more, at the post
}
home-again = Refresh
new-incident = Report
new-incident-label = What is happening, and where?
new-incident-example = For instance: flooded cellar, 12 rue des Écoles
new-need = Ask
new-need-label = What is needed, and where?
new-need-example = For instance: 40 blankets, school gymnasium
new-no-names = No names, no telephone numbers.
new-operation = Which operation is it for?
new-send = Send
new-back = Back to what is open
new-sent-before = The first text was sent and is kept. If this is another one, send it: it will be recorded apart.
record-kept = { $posts ->
    [0] Kept here.
    [one] Kept here · stored by { $acknowledged } of { $posts } other post
   *[other] Kept here · stored by { $acknowledged } of { $posts } other posts
}
