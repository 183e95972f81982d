//! What the ledger keeps of a run, from which its page is written again.

use insta::assert_snapshot;
use leapsync::report::Account;

use crate::night::mixed;

#[test]
fn the_account_is_kept_as_json_and_read_again() {
    let night = mixed();
    let text = serde_json::to_string_pretty(&night.account).unwrap();
    assert_snapshot!(text);
    let again: Account = serde_json::from_str(&text).unwrap();
    assert_eq!(again, night.account);
}

#[test]
fn an_account_of_another_version_is_read_as_far_as_it_goes() {
    let account: Account = serde_json::from_str("{\"novel\": 1, \"waits\": {\"quota_ms\": 7}}").unwrap();
    let mut expected = Account::default();
    expected.waits.quota_ms = 7;
    assert_eq!(account, expected);
}
