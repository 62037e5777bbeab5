//! The binary: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    image_factory::cli::run(std::env::args_os())
}
