//! The collector from outside: real HTTP on a free port, a real database in a folder of its own, and the real binary.

mod files;
mod harness;
mod intake;
mod limits;
mod owners;
mod pages;
mod startup;
mod trouble;
