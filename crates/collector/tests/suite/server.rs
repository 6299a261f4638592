//! What only a server needs: several collectors on one database, connections that are cut, a database that is gone.

mod erased;
mod killed;
mod lease;
mod moving;
mod proxy;
mod shape;
mod told;
mod trouble;
mod two;
