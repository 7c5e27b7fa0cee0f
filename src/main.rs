//! The `vigie` command: everything it does is in the library.

fn main() -> std::process::ExitCode {
    vigie::cli::main()
}
