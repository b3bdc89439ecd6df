# The two commands of the README, and their parts. `.ci/run` runs `make test`, nothing else.
export RUSTDOCFLAGS = -Dwarnings

.PHONY: demo test check build

demo: build
	target/debug/beffroi demo

build:
	cargo build --bins

check:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo doc --workspace --no-deps --document-private-items

# All targets at once, so that programs and tests share one build of every dependency.
test: check
	cargo build --workspace --all-targets
	cargo test --workspace
