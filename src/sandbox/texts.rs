//! What the API says in words, in English and in Japanese.
//!
//! In: a [`Text`] and a language. Out: the sentence that Django REST Framework would send. Nothing outside this room writes sentences for API answers.

use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// A language the API speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lang {
    En,
    Ja,
}

impl Lang {
    /// The language that a request prefers; English when it names none that is spoken.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let wished = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::En, 0.0);
        for part in wished.split(',') {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f32 = weight.trim().parse().unwrap_or(0.0);
            let primary = tag.trim().split('-').next().unwrap_or_default();
            let lang = match primary {
                "ja" => Self::Ja,
                "en" => Self::En,
                _ => continue,
            };
            if weight > best.1 {
                best = (lang, weight);
            }
        }
        best.0
    }
}

/// One sentence of the API.
#[derive(Debug, Clone)]
pub(super) enum Text<'a> {
    Blank,
    Null,
    Required,
    NotAString,
    NullCharacters,
    TooLong(usize),
    NotChoice(&'a str),
    NotAmong(String),
    NotInteger,
    TooSmall(i64),
    TooLarge(i64),
    NotEmail,
    NotTaxNumber,
    NotFlag,
    NotTime,
    NotObject(&'static str),
    NotList(&'static str),
    EmptyList,
    NamelessPerson,
    ContactTypeFixed,
    NoUrlMatch,
    NoSuchObject,
    NotALink(&'static str),
    ContactInUse,
    ClientInUse,
    ExternalIdTaken,
    CapReached(u32),
    NotFound,
    InvalidPage,
    NoCredentials,
    NoPermission,
    MethodNotAllowed(&'a str),
    UnsupportedMedia(&'a str),
    BadJson(&'a str),
    Throttled(Option<u64>),
}

impl Text<'_> {
    /// The sentence in `lang`.
    pub(super) fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.english(),
            Lang::Ja => self.japanese(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Blank => "This field may not be blank.".into(),
            Self::Null => "This field may not be null.".into(),
            Self::Required => "This field is required.".into(),
            Self::NotAString => "Not a valid string.".into(),
            Self::NullCharacters => "Null characters are not allowed.".into(),
            Self::TooLong(max) => format!("Ensure this field has no more than {max} characters."),
            Self::NotChoice(input) => format!("\"{input}\" is not a valid choice."),
            Self::NotAmong(input) => Text::NotChoice(input).english(),
            Self::NotInteger => "A valid integer is required.".into(),
            Self::TooSmall(min) => format!("Ensure this value is greater than or equal to {min}."),
            Self::TooLarge(max) => format!("Ensure this value is less than or equal to {max}."),
            Self::NotEmail => "Enter a valid email address.".into(),
            Self::NotTaxNumber => "Enter \"T\" followed by 13 digits.".into(),
            Self::NotFlag => "Must be a valid boolean.".into(),
            Self::NotTime => "Datetime has wrong format. Use one of these formats instead: \
                YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
                .into(),
            Self::NotObject(found) => format!("Invalid data. Expected a dictionary, but got {found}."),
            Self::NotList(found) => format!("Expected a list of items but got type \"{found}\"."),
            Self::EmptyList => "This list may not be empty.".into(),
            Self::NamelessPerson => "A person needs a family name or a given name.".into(),
            Self::ContactTypeFixed => "The type of a contact cannot be changed.".into(),
            Self::NoUrlMatch => "Invalid hyperlink - No URL match.".into(),
            Self::NoSuchObject => "Invalid hyperlink - Object does not exist.".into(),
            Self::NotALink(found) => format!("Incorrect type. Expected URL string, received {found}."),
            Self::ContactInUse => "This contact is used in a document and cannot be deleted.".into(),
            Self::ClientInUse => "This client is used in a document and cannot be deleted.".into(),
            Self::ExternalIdTaken => "Client with this client external id already exists.".into(),
            Self::CapReached(cap) => format!(
                "Your plan includes {cap} active clients. Archive or delete clients before you add more."
            ),
            Self::NotFound => "Not found.".into(),
            Self::InvalidPage => "Invalid page.".into(),
            Self::NoCredentials => "Authentication credentials were not provided.".into(),
            Self::NoPermission => "You do not have permission to perform this action.".into(),
            Self::MethodNotAllowed(method) => format!("Method \"{method}\" not allowed."),
            Self::UnsupportedMedia(kind) => format!("Unsupported media type \"{kind}\" in request."),
            Self::BadJson(why) => format!("JSON parse error - {why}"),
            Self::Throttled(None) => "Request was throttled.".into(),
            Self::Throttled(Some(1)) => "Request was throttled. Expected available in 1 second.".into(),
            Self::Throttled(Some(wait)) => {
                format!("Request was throttled. Expected available in {wait} seconds.")
            }
        }
    }

    fn japanese(&self) -> String {
        match self {
            Self::Blank => "この項目は空にできません。".into(),
            Self::Null => "この項目はnullにできません。".into(),
            Self::Required => "この項目は必須です。".into(),
            Self::NotAString => "有効な文字列ではありません。".into(),
            Self::NullCharacters => "null文字は使用できません。".into(),
            Self::TooLong(max) => format!("この項目が{max}文字より長くならないようにしてください。"),
            Self::NotChoice(input) => format!("\"{input}\"は有効な選択肢ではありません。"),
            Self::NotAmong(input) => Text::NotChoice(input).japanese(),
            Self::NotInteger => "有効な整数を入力してください。".into(),
            Self::TooSmall(min) => format!("この値は{min}以上にしてください。"),
            Self::TooLarge(max) => format!("この値は{max}以下にしてください。"),
            Self::NotEmail => "有効なメールアドレスを入力してください。".into(),
            Self::NotTaxNumber => "Tと13桁の数字を入力してください。".into(),
            Self::NotFlag => "有効な真偽値を入力してください。".into(),
            Self::NotTime => "日時の形式が違います。以下のどれかの形式にしてください: \
                YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]。"
                .into(),
            Self::NotObject(found) => {
                format!("無効なデータ。{found}型ではなく辞書型のデータを入力してください。")
            }
            Self::NotList(found) => format!("\"{found}\"型のデータではなく項目のリストを入力してください。"),
            Self::EmptyList => "リストは空ではいけません。".into(),
            Self::NamelessPerson => "個人には姓または名が必要です。".into(),
            Self::ContactTypeFixed => "連絡先の種類は変更できません。".into(),
            Self::NoUrlMatch => "無効なハイパーリンク - URLにマッチしません。".into(),
            Self::NoSuchObject => "無効なハイパーリンク - リンク先が存在しません。".into(),
            Self::NotALink(found) => {
                format!("不正な型。{found}型ではなくURL文字列を入力してください。")
            }
            Self::ContactInUse => "この連絡先は書類で使用されているため削除できません。".into(),
            Self::ClientInUse => "この取引先は書類で使用されているため削除できません。".into(),
            Self::ExternalIdTaken => "この外部IDを持つ取引先が既に存在します。".into(),
            Self::CapReached(cap) => format!(
                "ご利用のプランの有効な取引先は{cap}件までです。追加する前にアーカイブまたは削除してください。"
            ),
            Self::NotFound => "見つかりませんでした。".into(),
            Self::InvalidPage => "不正なページです。".into(),
            Self::NoCredentials => "認証情報が含まれていません。".into(),
            Self::NoPermission => "このアクションを実行する権限がありません。".into(),
            Self::MethodNotAllowed(method) => format!("メソッド \"{method}\" は許されていません。"),
            Self::UnsupportedMedia(kind) => {
                format!("リクエストのメディアタイプ \"{kind}\" はサポートされていません。")
            }
            Self::BadJson(why) => format!("JSONパースエラー - {why}"),
            Self::Throttled(None) => "リクエストの処理は絞られました。".into(),
            Self::Throttled(Some(wait)) => {
                format!("リクエストの処理は絞られました。{wait} 秒後に利用できます。")
            }
        }
    }
}
