//! Puts the catalogues' help texts into the `Command` tree.
//!
//! A command's sentence is under `cmd-<path>` (`cmd-incident-new`), an argument's under
//! `arg-<path>-<id>` where one command says it otherwise, else under `arg-<id>`.

use clap::{Arg, Command, CommandFactory as _};

use crate::args::Arguments;
use crate::catalogue::Texts;

/// The command tree, speaking the language of `texts`.
pub(crate) fn command(texts: &Texts) -> Command {
    let mut command = Arguments::command().version(env!("CARGO_PKG_VERSION"));
    command.build();
    translate(command, "", texts)
}

fn translate(command: Command, path: &str, texts: &Texts) -> Command {
    let is_root = path.is_empty();
    let key = if is_root {
        "cmd-beffroi".to_owned()
    } else {
        format!("cmd-{path}")
    };
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}{{after-help}}",
        texts.say("help-usage")
    );
    let mut command = command
        .about(texts.say(&key))
        .help_template(template)
        .subcommand_help_heading(texts.say("help-commands"))
        .mut_args(|argument| describe(argument, path, texts));
    if let Some(examples) = texts.find(&format!("{key}.examples")) {
        command = command.after_help(examples);
    }
    let path = path.to_owned();
    command.mut_subcommands(|below| {
        let name = below.get_name().to_owned();
        let below_path = if is_root {
            name
        } else {
            format!("{path}-{name}")
        };
        translate(below, &below_path, texts)
    })
}

fn describe(argument: Arg, path: &str, texts: &Texts) -> Arg {
    let id = argument.get_id().as_str().to_owned();
    let heading = if argument.is_global_set() || id == "version" {
        texts.say("help-global")
    } else if argument.is_positional() {
        texts.say("help-arguments")
    } else {
        texts.say("help-options")
    };
    let mut said = argument_keys(path, &id)
        .into_iter()
        .find_map(|key| texts.find(&key))
        .unwrap_or_default();
    let takes_values = argument.get_action().takes_values();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if takes_values && !values.is_empty() && !argument.is_global_set() {
        let arguments = [("values", values.join(", ").into())];
        said = format!("{said} {}", texts.with("help-values", &arguments));
    }
    if let ([default], true) = (argument.get_default_values(), takes_values) {
        let default = default.to_string_lossy().into_owned();
        let arguments = [("value", default.into())];
        said = format!("{said} {}", texts.with("help-default", &arguments));
    }
    argument
        .help(said)
        .help_heading(heading)
        .hide_possible_values(true)
        .hide_default_value(true)
}

/// Where the sentence of an argument is looked for, in order.
pub(crate) fn argument_keys(path: &str, id: &str) -> [String; 2] {
    [format!("arg-{path}-{id}"), format!("arg-{id}")]
}

#[cfg(test)]
pub(crate) mod tests;
