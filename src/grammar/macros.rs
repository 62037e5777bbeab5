//! Types of texts and of words, made from what is particular to each.

/// What editors are told of a type: a schema that stands where the type is used.
macro_rules! schema {
    ($name:ident, $schema:tt) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}
pub(crate) use schema;

/// `Name = reader, schema, [CONSTANT = "text"]`: a type of texts without expressions that the reader takes. The reader gives
/// the part that counts, or says in a few words why the text is none. Constants are texts of the program itself.
macro_rules! form {
    ($(#[$meta:meta])* $name:ident = $read:expr, $schema:tt, [$($(#[$doc:meta])* $constant:ident = $text:literal),* $(,)?]) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            $(
                $(#[$doc])*
                pub const $constant: Self = Self(std::borrow::Cow::Borrowed($text));
            )*

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::grammar::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $crate::grammar::has_expression(text) {
                    return Err($crate::grammar::Invalid::Expression);
                }
                let read: fn(&str) -> Result<&str, String> = $read;
                Ok(Self(read(text)?.to_owned().into()))
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.0 == text
            }
        }

        impl PartialEq<String> for $name {
            fn eq(&self, text: &String) -> bool {
                self.0 == *text
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0.into_owned()
            }
        }

        $crate::grammar::schema!($name, $schema);

        #[cfg(test)]
        impl $crate::grammar::tests::Constants for $name {
            const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}
pub(crate) use form;

/// Lets other rooms have texts of this form that the program itself writes. Their tests hold them to it.
macro_rules! constant {
    ($name:ident) => {
        impl $name {
            pub(crate) const fn constant(text: &'static str) -> Self {
                Self(std::borrow::Cow::Borrowed(text))
            }
        }
    };
}
pub(crate) use constant;

/// `Name { Variant = "word" }`: a type of which each value has one word.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Their words.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// Its word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::grammar::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::grammar::Invalid::Unknown(Self::WORDS)),
                }
            }
        }

        $crate::grammar::schema!($name, {"type": "string", "enum": [$($word),+]});
    };
}
pub(crate) use choice;
