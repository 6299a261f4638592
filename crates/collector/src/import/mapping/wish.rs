//! What is said about a column on the command line or in a request.

use std::str::FromStr;

use super::Field;

/// One `--map FIELD=COLUMN`; an empty column leaves the field out.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(super) target: Target,
    pub(super) column: String,
}

/// What a column is wished for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Target {
    Field(Field),
    /// An attribute of the survey's drivers, by its id.
    Driver(String),
}

impl Wish {
    /// That a field be taken from a column.
    pub(crate) fn new(field: Field, column: String) -> Self {
        Self { target: Target::Field(field), column }
    }
}

impl FromStr for Wish {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Field::ALL.map(Field::name).join(", ");
        let (name, column) = text.split_once('=').ok_or_else(|| "write FIELD=COLUMN".to_owned())?;
        let field = Field::ALL.into_iter().find(|field| field.name() == name).map(Target::Field);
        let target =
            field.or_else(|| name.strip_prefix("driver.").map(|item| Target::Driver(item.to_owned())));
        let target = target
            .ok_or_else(|| format!("there is no field \"{name}\"; choose from {}, driver.ID", names()))?;
        Ok(Self { target, column: column.to_owned() })
    }
}
