//! Which of some names was meant by one that does not exist.

/// So alike must two names be, from 0 to 1, for the one to be proposed in place of the other.
const ALIKE: f64 = 0.75;

/// The name that is most like `meant`, if one is like it at all.
#[must_use]
pub fn nearest<'a>(meant: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &'a str| (strsim::jaro(meant, name), name);
    let found = names.into_iter().map(likeness).filter(|(alike, _)| *alike >= ALIKE);
    found.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let headers = ["得意先コード", "得意先名１", "登録番号"];
        assert_eq!(nearest("得意先コート", headers), Some("得意先コード"));
        assert_eq!(nearest("postal_cod", ["postal_code", "phone_number"]), Some("postal_code"));
        assert_eq!(nearest("備考", headers), None);
    }
}
