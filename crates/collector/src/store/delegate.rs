//! The two macros that lead from [`Store`](super::Store) to the statements in `shared`, on whichever backend it runs.

/// Reads: `/// doc` `module::function(arguments) -> Outcome;` becomes a method of `Store` that calls
/// `shared::module::function(&Pool, arguments)`.
macro_rules! reads {
    ($($(#[$doc:meta])* $module:ident::$name:ident($($argument:ident: $type:ty),*) -> $outcome:ty;)*) => {
        impl crate::store::Store {
            $(
                $(#[$doc])*
                pub(crate) async fn $name(&self, $($argument: $type),*) -> Result<$outcome, crate::store::StoreError> {
                    match self {
                        Self::Sqlite(store) => {
                            Ok(crate::store::sqlite::shared::$module::$name(store.pool(), $($argument),*).await?)
                        }
                        Self::Postgres(store) => {
                            Ok(crate::store::postgres::shared::$module::$name(store.pool(), $($argument),*).await?)
                        }
                    }
                }
            )*
        }
    };
}

/// Writes: the same with one argument, which is handed over by reference:
/// `shared::module::function(&mut Connection, &argument)`. Each is a transaction of its own, and no two run at once.
macro_rules! writes {
    ($($(#[$doc:meta])* $module:ident::$name:ident($argument:ident: $type:ty) -> $outcome:ty;)*) => {
        impl crate::store::Store {
            $(
                $(#[$doc])*
                pub(crate) async fn $name(&self, $argument: $type) -> Result<$outcome, crate::store::StoreError> {
                    match self {
                        Self::Sqlite(store) => {
                            store.write(move |connection| {
                                Box::pin(async move {
                                    Ok(crate::store::sqlite::shared::$module::$name(connection, &$argument).await?)
                                })
                            }).await
                        }
                        Self::Postgres(store) => {
                            store.write(move |connection| {
                                Box::pin(async move {
                                    Ok(crate::store::postgres::shared::$module::$name(connection, &$argument).await?)
                                })
                            }).await
                        }
                    }
                }
            )*
        }
    };
}
