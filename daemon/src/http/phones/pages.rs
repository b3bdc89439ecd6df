//! What a phone that is in asks for: what is open, one record, a form, its sending, the end.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_api::event::Event;
use beffroi_api::problem::Cause;
use beffroi_api::record::Record;
use beffroi_api::request::Create;
use beffroi_api::{Kind, Language, path};
use beffroi_web::phones::{Added, EnterNote, Home, Line, New, NewNote, Refused, Shown};
use beffroi_web::{Frame, RenderError};
use serde_json::{Map, Value};

use super::super::Shared;
use super::super::events::{from, over, streamed};
use super::super::query::Parameters;
use super::entering;
use super::inside::{Fields, Inside, cookie_name};
use crate::clock::now_ms;
use crate::dice;
use crate::failure::{Failure, Outcome};
use crate::service::{Around, Service, blocking};
use crate::streams::Listener;

/// Characters of a reference that are looked at.
const REFERENCE_CHARACTERS_MAX: usize = 120;

/// A page as an answer.
pub(super) fn html(status: StatusCode, page: Result<String, RenderError>) -> Outcome<Response> {
    let page = page.map_err(|error| crate::node::internal(&error))?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, kind, page).into_response())
}

/// The beginning of a text.
pub(super) fn text_of(text: &str, characters_max: usize) -> String {
    text.chars().take(characters_max).collect()
}

fn frame<'a>(around: &'a Around, language: Language, here: &'a str) -> Frame<'a> {
    Frame {
        language,
        post: &around.post,
        territory: &around.territory,
        exercise: around.exercise,
        here,
    }
}

/// A refusal as a page.
pub(super) async fn refused(service: &Service, failure: &Failure, language: Language) -> Response {
    // Under a foreign name not even the post is told.
    let around = match failure {
        Failure::Cause(Cause::HostForeign { .. }) => Around::default(),
        Failure::Cause(_) | Failure::Fields(_) | Failure::Ambiguous(..) => {
            service.around().await.unwrap_or_default()
        }
    };
    let problem = failure.problem(language);
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = Refused {
        frame: frame(&around, language, "/"),
        title: &problem.title,
        detail: &problem.detail,
        hint: &problem.hint,
    };
    html(status, page.render_page()).unwrap_or_else(|_| status.into_response())
}

/// What a phone that is not in is shown, whatever it asked for.
pub(super) async fn not_in(service: &Service, language: Language) -> Response {
    let page = entering::page(service, language, None, StatusCode::UNAUTHORIZED).await;
    page.unwrap_or_else(IntoResponse::into_response)
}

pub(super) async fn home(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(inside): Extension<Inside>,
) -> Outcome<Response> {
    let around = service.around().await?;
    let page = Home {
        frame: frame(&around, language, "/"),
        token: &inside.token,
        incidents: service.open_lines(Kind::Incident).await?,
        needs: service.open_lines(Kind::Need).await?,
    };
    html(StatusCode::OK, page.render_page())
}

pub(super) async fn new_incident(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
) -> Outcome<Response> {
    new(state, language, inside, Added::Incident).await
}

pub(super) async fn new_need(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
) -> Outcome<Response> {
    new(state, language, inside, Added::Need).await
}

async fn new(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(inside): Extension<Inside>,
    added: Added,
) -> Outcome<Response> {
    let form = Form {
        added,
        id: &dice::uuid(now_ms()).to_string(),
        title: "",
        note: None,
    };
    form.page(&service, language, &inside, StatusCode::OK).await
}

/// The form of one field.
struct Form<'a> {
    added: Added,
    id: &'a str,
    title: &'a str,
    note: Option<NewNote>,
}

impl Form<'_> {
    async fn page(
        self,
        service: &Service,
        language: Language,
        inside: &Inside,
        status: StatusCode,
    ) -> Outcome<Response> {
        let around = service.around().await?;
        let here = format!("{}/new", self.added.path());
        let page = New {
            frame: frame(&around, language, &here),
            token: &inside.token,
            added: self.added,
            id: self.id,
            title: self.title,
            operations: service.operations_to_choose().await?,
            note: self.note,
        };
        html(status, page.render_page())
    }
}

pub(super) async fn add_incident(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
    fields: Extension<Fields>,
) -> Outcome<Response> {
    add(state, language, inside, fields, Added::Incident).await
}

pub(super) async fn add_need(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
    fields: Extension<Fields>,
) -> Outcome<Response> {
    add(state, language, inside, fields, Added::Need).await
}

async fn add(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(inside): Extension<Inside>,
    Extension(fields): Extension<Fields>,
    added: Added,
) -> Outcome<Response> {
    let (typed, title) = (fields.text("id"), fields.text("title").trim());
    let Ok(id) = typed.parse() else {
        let cause = Cause::ParameterUnreadable {
            name: "id".into(),
            value: text_of(typed, 80),
        };
        return Err(cause.into());
    };
    let operation = Some(fields.text("operation").to_owned());
    // One field, whatever else was sent: a phone fills in nothing it was not asked for.
    let mut set = Map::from_iter([("title".to_owned(), Value::from(title))]);
    if added == Added::Incident {
        set.insert("channel".into(), "web".into());
    }
    let create = Create {
        id,
        operation: operation.filter(|operation| !operation.is_empty()),
        set,
    };
    match service.create(kind_of(added), create).await {
        Ok(reply) => {
            let reference = path::escape(&reply.record.reference);
            let to = format!("{}/{reference}", added.path());
            Ok(Redirect::to(&to).into_response())
        }
        Err(Failure::Cause(Cause::IdTaken { .. })) => {
            let form = Form {
                added,
                id: &dice::uuid(now_ms()).to_string(),
                title,
                note: Some(NewNote::SentBefore),
            };
            form.page(&service, language, &inside, StatusCode::CONFLICT)
                .await
        }
        Err(failure @ Failure::Fields(_)) => {
            let problem = failure.problem(language);
            let form = Form {
                added,
                id: typed,
                title,
                note: Some(NewNote::Fault(format!(
                    "{} {}",
                    problem.detail, problem.hint
                ))),
            };
            form.page(
                &service,
                language,
                &inside,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await
        }
        Err(failure) => Err(failure),
    }
}

const fn kind_of(added: Added) -> Kind {
    match added {
        Added::Incident => Kind::Incident,
        Added::Need => Kind::Need,
    }
}

pub(super) async fn incident(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
    reference: Path<String>,
) -> Outcome<Response> {
    record(state, language, inside, reference, Kind::Incident).await
}

pub(super) async fn need(
    state: Shared,
    language: Extension<Language>,
    inside: Extension<Inside>,
    reference: Path<String>,
) -> Outcome<Response> {
    record(state, language, inside, reference, Kind::Need).await
}

async fn record(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(inside): Extension<Inside>,
    Path(reference): Path<String>,
    kind: Kind,
) -> Outcome<Response> {
    let reference = text_of(&reference, REFERENCE_CHARACTERS_MAX);
    let record = service.read(Some(kind), reference).await?.record;
    let around = service.around().await?;
    let here = format!("/{}/{}", kind.plural(), path::escape(&record.reference));
    let page = Shown {
        frame: frame(&around, language, &here),
        token: &inside.token,
        kind,
        acknowledged: record.stored_by.acknowledged,
        posts: record.stored_by.posts,
        line: line(record),
    };
    html(StatusCode::OK, page.render_page())
}

/// What a list says of a record.
fn line(record: Record) -> Line {
    let place = record.fields.get("place");
    let place = place.and_then(|place| place.get("label")?.as_str());
    Line {
        title: record.title().to_owned(),
        place: place.unwrap_or_default().to_owned(),
        reference: record.reference,
        status: record.status.unwrap_or_default(),
        rank: String::new(),
    }
}

pub(super) async fn end(
    State(service): Shared,
    Extension(language): Extension<Language>,
    Extension(inside): Extension<Inside>,
) -> Outcome<Response> {
    let phones = service.phones.clone();
    blocking(move || phones.end(&inside.session.id)).await??;
    let note = Some(EnterNote::Ended);
    let mut response = entering::page(&service, language, note, StatusCode::OK).await?;
    let name = cookie_name(&service).await?;
    entering::set_cookie(&mut response, &name, "", 0);
    Ok(response)
}

/// That something changed among incidents and needs: ids, never what is in them.
pub(super) async fn events(
    State(service): Shared,
    Extension(inside): Extension<Inside>,
    headers: HeaderMap,
    Parameters(pairs): Parameters<Vec<(String, String)>>,
) -> Outcome<Response> {
    let events = service.events(from(&headers, &pairs))?;
    let wanted = |event: &Event| match event {
        Event::Record { kind, .. } | Event::Conflict { kind, .. } => {
            [Kind::Incident, Kind::Need].contains(kind)
        }
        Event::Peer { .. } | Event::Members {} => false,
        Event::Hello { .. } | Event::Reset { .. } | Event::Bye { .. } => true,
    };
    let over = over(&service, Listener::Phone(inside.session.id));
    let phones = service.phones.clone();
    let over = async move {
        tokio::select! {
            reason = over => reason,
            () = phones.ended(inside.cookie) => "session_ended",
        }
    };
    Ok(streamed(events, wanted, over))
}
