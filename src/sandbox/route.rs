//! Which object a path names.
//!
//! In: a path. Out: the route, and the methods it knows. Whether the object exists is not asked here.

use http::Method;

use super::mids::Mid;

/// A place of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Token,
    Revoke,
    Root,
    Partners,
    Partner,
    Clients,
    Client(Mid),
    ClientContacts(Mid),
    ClientSettings(Mid),
    Contacts,
    Contact(Mid),
    Documents,
    Document(Mid),
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    To(Route),
    /// A place of another partner, which this key may not see.
    Foreign,
    /// The same path with a slash at its end would lead somewhere.
    NeedsSlash,
    Nowhere,
}

/// Follows a path.
pub(super) fn lead(path: &str, partner: Mid) -> Lead {
    let found = follow(path, partner);
    if found == Lead::Nowhere && !path.ends_with('/') && follow(&format!("{path}/"), partner) != Lead::Nowhere
    {
        return Lead::NeedsSlash;
    }
    found
}

fn follow(path: &str, partner: Mid) -> Lead {
    let Some(inner) = path.strip_prefix('/').and_then(|path| path.strip_suffix('/')) else {
        return Lead::Nowhere;
    };
    let steps: Vec<&str> = inner.split('/').collect();
    match steps.as_slice() {
        ["user", "oauth2", "token"] => Lead::To(Route::Token),
        ["user", "oauth2", "revoke-token"] => Lead::To(Route::Revoke),
        ["api"] => Lead::To(Route::Root),
        ["api", "partner"] => Lead::To(Route::Partners),
        ["api", "partner", mid, rest @ ..] => match (Mid::parse(mid), within(rest)) {
            (Some(mid), Some(route)) if mid == partner => Lead::To(route),
            (Some(_), Some(_)) => Lead::Foreign,
            _ => Lead::Nowhere,
        },
        _ => Lead::Nowhere,
    }
}

fn within(steps: &[&str]) -> Option<Route> {
    let route = match steps {
        [] => Route::Partner,
        ["client"] => Route::Clients,
        ["client", mid] => Route::Client(Mid::parse(mid)?),
        ["client", mid, "contact"] => Route::ClientContacts(Mid::parse(mid)?),
        ["client", mid, "settings"] => Route::ClientSettings(Mid::parse(mid)?),
        ["contact"] => Route::Contacts,
        ["contact", mid] => Route::Contact(Mid::parse(mid)?),
        ["document"] => Route::Documents,
        ["document", mid] => Route::Document(Mid::parse(mid)?),
        _ => return None,
    };
    Some(route)
}

impl Route {
    /// The methods that work here, besides HEAD.
    pub(super) fn methods(self) -> &'static [Method] {
        const READ: &[Method] = &[Method::GET, Method::OPTIONS];
        const OBJECT: &[Method] = &[Method::GET, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
        match self {
            Self::Token | Self::Revoke => &[Method::POST, Method::OPTIONS],
            Self::Clients => &[Method::GET, Method::POST, Method::OPTIONS],
            Self::Client(_) | Self::Contact(_) => OBJECT,
            Self::ClientSettings(_) => &[Method::GET, Method::PUT, Method::PATCH, Method::OPTIONS],
            Self::Root
            | Self::Partners
            | Self::Partner
            | Self::ClientContacts(_)
            | Self::Contacts
            | Self::Documents
            | Self::Document(_) => READ,
        }
    }

    /// The `Allow` header of this route.
    pub(super) fn allow(self) -> String {
        let mut names: Vec<&str> = self.methods().iter().map(Method::as_str).collect();
        if names.contains(&"GET") {
            names.insert(1, "HEAD");
        }
        names.join(", ")
    }
}
