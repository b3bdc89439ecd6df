//! One file for each noun: a request, an answer, what is shown of it.

mod bundle;
mod conflicts;
mod demo;
mod edit;
mod editor;
mod export;
mod import;
mod invite;
mod join;
mod journal;
mod keys;
mod list;
mod member;
mod new;
mod operation;
mod peer;
mod phones;
mod private;
mod record;
mod root;
mod sheets;
mod shell;
mod status;
mod sync;
mod territory;

use beffroi_api::Kind;

use crate::args::{
    Arguments, IncidentVerb, InviteVerb, NeedVerb, Noun, OperationVerb, ResourceVerb,
};
use crate::catalogue::Texts;
use crate::failure::{EXIT_FAILED, Failure, Outcome};
use crate::session::Session;

/// Does what was typed, on one thread.
pub(crate) fn run(arguments: Arguments, texts: Texts) -> Outcome {
    let session = Session::new(arguments.global, texts)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| {
        let arguments = [("error", error.to_string().into())];
        session.failure(EXIT_FAILED, "no-runtime", &arguments)
    })?;
    let outcome = runtime.block_on(dispatch(&session, arguments.command));
    // A file that is still read in another thread need not be waited for.
    runtime.shutdown_background();
    outcome
}

async fn dispatch(session: &Session, command: Noun) -> Outcome {
    match command {
        Noun::Territory(verb) => territory::run(session, verb).await,
        Noun::Invite(args) => match args.verb {
            None => invite::create(session, &args).await,
            Some(InviteVerb::List) => invite::list(session).await,
            Some(InviteVerb::Cancel(cancel)) => invite::cancel(session, &cancel.invite_id).await,
        },
        Noun::Join(args) => join::run(session, args).await,
        Noun::Unlock => keys::unlock(session).await,
        Noun::Lock => keys::lock(session).await,
        Noun::Passphrase(args) => keys::passphrase(session, &args).await,
        Noun::Status(args) => status::run(session, &args).await,
        Noun::Digest => journal::digest(session).await,
        Noun::Doctor => status::doctor(session).await,
        Noun::Incident(verb) => incident(session, verb).await,
        Noun::Need(verb) => need(session, verb).await,
        Noun::Resource(verb) => resource(session, verb).await,
        Noun::Operation(OperationVerb::List(args)) => {
            list::run(session, Kind::Operation, &args).await
        }
        Noun::Operation(OperationVerb::Show(args)) => {
            record::show(session, Some(Kind::Operation), &args).await
        }
        Noun::Operation(OperationVerb::Close(args)) => operation::close(session, args).await,
        Noun::List(args) => list::run(session, args.list_kind, &args.filters).await,
        Noun::Show(args) => record::show(session, None, &args).await,
        Noun::Forget(args) => private::forget(session, args).await,
        Noun::Conflicts => conflicts::list(session).await,
        Noun::Resolve(args) => conflicts::resolve(session, args).await,
        Noun::Member(verb) => member::run(session, verb).await,
        Noun::Root(verb) => root::run(session, verb).await,
        Noun::Peer(verb) => peer::run(session, verb).await,
        Noun::Phones(verb) => phones::run(session, verb).await,
        Noun::Sync(args) => sync::run(session, args).await,
        Noun::Import(args) => import::run(session, args).await,
        Noun::Export(args) => export::run(session, args).await,
        Noun::Bundle(verb) => bundle::run(session, verb).await,
        Noun::Journal(verb) => journal::run(session, &verb).await,
        Noun::Demo(args) => demo::run(session, args).await,
        Noun::Version => shell::version(session).await,
        Noun::Completions(args) => shell::completions(&args, &session.texts),
        Noun::Man(args) => shell::man(&args, &session.texts),
    }
}

async fn incident(session: &Session, verb: IncidentVerb) -> Outcome {
    const KIND: Kind = Kind::Incident;
    match verb {
        IncidentVerb::New(args) => new::run(session, args).await,
        IncidentVerb::List(args) => list::run(session, KIND, &args).await,
        IncidentVerb::Show(args) => record::show(session, Some(KIND), &args).await,
        IncidentVerb::Edit(args) => edit::run(session, args).await,
        IncidentVerb::Archive(args) => record::archive(session, KIND, args).await,
        IncidentVerb::History(args) => record::history(session, KIND, &args).await,
        IncidentVerb::Close(args) => record::close(session, KIND, args).await,
        IncidentVerb::Reopen(args) => record::reopen(session, KIND, args).await,
        IncidentVerb::Verify(args) => record::verify(session, args).await,
    }
}

async fn need(session: &Session, verb: NeedVerb) -> Outcome {
    const KIND: Kind = Kind::Need;
    match verb {
        NeedVerb::New(args) => new::run(session, args).await,
        NeedVerb::List(args) => list::run(session, KIND, &args).await,
        NeedVerb::Show(args) => record::show(session, Some(KIND), &args).await,
        NeedVerb::Edit(args) => edit::run(session, args).await,
        NeedVerb::Archive(args) => record::archive(session, KIND, args).await,
        NeedVerb::History(args) => record::history(session, KIND, &args).await,
        NeedVerb::Close(args) => record::close(session, KIND, args).await,
        NeedVerb::Reopen(args) => record::reopen(session, KIND, args).await,
    }
}

async fn resource(session: &Session, verb: ResourceVerb) -> Outcome {
    const KIND: Kind = Kind::Resource;
    match verb {
        ResourceVerb::New(args) => new::run(session, args).await,
        ResourceVerb::List(args) => list::run(session, KIND, &args).await,
        ResourceVerb::Show(args) => record::show(session, Some(KIND), &args).await,
        ResourceVerb::Edit(args) => edit::run(session, args).await,
        ResourceVerb::Archive(args) => record::archive(session, KIND, args).await,
        ResourceVerb::History(args) => record::history(session, KIND, &args).await,
    }
}

/// Done.
const DONE: u8 = 0;

/// For results that are JSON or text: the JSON when it was asked for.
fn as_json(session: &Session, document: &impl serde::Serialize) -> Option<Result<(), Failure>> {
    session.screen.json()?;
    Some(crate::output::json::document(&session.screen, document))
}
