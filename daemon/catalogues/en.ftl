## What beffroid says at a terminal.

about = Beffroi's daemon: keeps the records of this post and shares them with other posts, without a server.
after-help =
    Then, in another terminal: beffroi territory create NAME --post NAME --code CODE, or beffroi join CODE.
    Help: beffroi --help
option-data = Data folder of this post
option-config = Configuration file (see docs/config.toml)
option-listen = Address other posts reach, instead of those in the file
option-api = Local address of the interface, or off
option-check = Checks configuration and data, and ends
option-new-post = Keeps the records and drops the keys: this machine becomes a new post
option-offline = Opens no link to other posts: work goes on alone, nothing is lost
option-repair = Writes the store anew from what can still be read; the old one is kept beside it
option-passphrase-file = File whose first line opens the keys
fine = configuration and data: nothing to report
error = error: { $what }

## Why beffroid did not start.

config-unreadable = the configuration { $path } cannot be read ({ $error }): check the path, or leave --config out
config-invalid = the configuration { $path } is not understood: { $error }
config-api = api = "{ $value }" is refused: the interface listens on this machine only; write 127.0.0.1:PORT, [::1]:PORT or off
config-address = "{ $value }" is not an address posts can listen on: write for example /ip4/0.0.0.0/tcp/7410
config-phone-address = phones.address = "{ $value }" is refused: write an address of this machine on the post's own Wi-Fi, for example 192.168.1.20
folder-io = { $path } cannot be used ({ $error }): check that this user may write there
folder-copied = { $path } is a copy: its keys belong to another folder or machine, and two posts with one key harm each other. Start with --new-post: the records stay, and this machine joins again with a new code
store-locked = { $path } is in use by { $name } (pid { $pid }): stop it first, or give this one another folder with --data
store-locked-unknown = { $path } is in use by another program: stop it first, or give this one another folder with --data
store-newer = { $path } has store format { $found }, this program knows up to { $known }: start the version that wrote it, or a later one (nothing was changed)
store-unknown = { $path } has store format { $found }, which no version wrote: is this a Beffroi data folder?
store-full = the disk is full and the store cannot be opened: free { $mebibytes } MiB under { $path }, then start again
store-no-room-to-mend = the store is damaged ({ $cause }) and mending it needs room: free { $mebibytes } MiB under { $path }, then start again
store-io = { $path } cannot be read or written ({ $error }): check the disk and the rights
store-engine = the store cannot be opened ({ $error }): start again with --repair
store-damaged = something stored cannot be read back ({ $error }): start again with --repair
passphrase-file = the passphrase file { $path } cannot be read ({ $error }): check its path and who may read it
keystore-newer = the keys of this post are of a newer version ({ $version }): update this program
keystore-damaged = the file of the keys is damaged: put it back as it was, or start with --new-post and join with a new code
keystore-io = the keys of this post cannot be read: { $error }
genesis-damaged = the founding statement kept here is damaged ({ $error }): start again with --repair
door = the local interface cannot listen on { $address } ({ $error }): is another beffroid using it? give this one --api 127.0.0.1:0
system = the system refuses what every program needs: { $error }

## Files from a USB key that are not taken.

bundle-not-one = it is no bundle of Beffroi: choose the file that "beffroi bundle write" made (nothing was changed)
bundle-newer = it was written by a later version (format { $version }): update this post, then read it again (nothing was changed)
bundle-cut = it ends too early, as when a key is pulled out while copying: copy it again from the other post (nothing was changed)
bundle-damaged = its bytes are not those that were written: the key or the copy is bad; write it again, if possible on another key (nothing was changed)
bundle-forged = it is not signed by the post it names: do not use it, and ask that post for another (nothing was changed)
bundle-foreign = it is of another territory: ask for the file meant for yours (nothing was changed)
