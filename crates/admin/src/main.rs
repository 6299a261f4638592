//! The admin page's program: everything is in the library, so that it can be tested.

fn main() {
    suara_admin::start();
}
