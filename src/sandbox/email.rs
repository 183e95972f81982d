//! Which e-mail addresses the API takes: those that Django's validator takes.
//!
//! In: a trimmed text. Out: yes or no. It refuses some addresses that exist, as the real validator does (`a..b@docomo.ne.jp`).

/// The longest address that is looked at.
const LONGEST: usize = 320;
/// The longest label of a domain.
const LABEL: usize = 63;

/// Whether Django would accept this address.
pub(super) fn acceptable(address: &str) -> bool {
    if address.len() > LONGEST {
        return false;
    }
    let Some((user, domain)) = address.rsplit_once('@') else { return false };
    user_fits(user) && (domain == "localhost" || domain_fits(domain))
}

fn user_fits(user: &str) -> bool {
    let quoted = user.len() > 2 && user.starts_with('"') && user.ends_with('"');
    if quoted {
        return user[1..user.len() - 1]
            .bytes()
            .all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\');
    }
    user.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(in_atom))
}

fn in_atom(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-!#$%&'*+/=?^_`{}|~".contains(&byte)
}

fn domain_fits(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let Some(last) = labels.last() else { return false };
    labels.len() >= 2 && last.chars().count() >= 2 && labels.iter().all(|label| label_fits(label))
}

fn label_fits(label: &str) -> bool {
    let length = label.chars().count();
    let inside = |c: char| c == '-' || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric());
    (1..=LABEL).contains(&length)
        && label.chars().all(inside)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_addresses_pass() {
        for address in
            ["sato@example.com", "a.b+c@sub.example.co.jp", "o'neil@example.com", "x@日本.jp", "x@localhost"]
        {
            assert!(acceptable(address), "{address}");
        }
    }

    #[test]
    fn doubled_dots_spaces_and_halves_are_refused() {
        for address in [
            "",
            "sato",
            "@example.com",
            "a..b@docomo.ne.jp",
            "a.@docomo.ne.jp",
            "a b@example.com",
            "a@b",
            "a@-b.com",
        ] {
            assert!(!acceptable(address), "{address}");
        }
    }
}
