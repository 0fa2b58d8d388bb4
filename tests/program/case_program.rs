//! A program for tests, in place of a shell, so that they run on every system. Each argument is
//! an action; they are carried out in order:
//!
//! | action | effect |
//! |---|---|
//! | `print=TEXT`, `warn=TEXT` | writes a line to standard output or standard error |
//! | `fill=N` | writes N lines of 100 bytes to standard output |
//! | `env=NAME`, `folder`, `id` | prints a variable, the working directory, the process ID |
//! | `input` | prints the number of bytes of standard input |
//! | `append=FILE=TEXT` | appends a line to a file |
//! | `remove=FILE` | removes a file; fails if it does not exist |
//! | `hold=FILE` | holds a shared lock of a file as long as the process lives |
//! | `sleep=S`, `compute=S`, `allocate=MIB` | waits, uses CPU time, uses memory |
//! | `if=A=B` | ends with status 0 unless the texts are equal |
//! | `unless=A=B` | ends with status 0 if the texts are equal |
//! | `stubborn` | ignores the polite request to end |
//! | `tidy=FILE` | at that request, writes a file and ends with status 9 |
//! | `spawn` | carries out all further actions in another process, and ends |
//! | `run` | does so, and ends with its status |
//! | `arguments` | prints all further arguments, one per line, and ends |
//! | `exit=N`, `abort` | ends |

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::zombie_processes,
    reason = "a failed action ends the program with an error"
)]

use std::env;
use std::fs::{self, OpenOptions};
use std::hint::black_box;
use std::io::{Read as _, Write as _, stdin};
use std::process::{Command, Stdio, abort, exit};
use std::thread;
use std::time::{Duration, Instant};

#[cfg_attr(unix, path = "polite_end_unix.rs")]
#[cfg_attr(windows, path = "polite_end_windows.rs")]
mod polite_end;

fn main() {
    let mut arguments = env::args().skip(1);
    let (mut memory, mut files) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        let (action, value) = argument.split_once('=').unwrap_or((&argument, ""));
        match action {
            "print" => println!("{value}"),
            "warn" => eprintln!("{value}"),
            "fill" => (0..number(value)).for_each(|line| println!("{line:099}")),
            "env" => println!("{}", env::var(value).unwrap_or_default()),
            "folder" => println!("{}", env::current_dir().unwrap().display()),
            "id" => println!("{}", std::process::id()),
            "input" => println!("{}", stdin().lock().bytes().count()),
            "append" => append(value),
            "remove" => fs::remove_file(value).unwrap(),
            "hold" => {
                let file = OpenOptions::new().append(true).create(true).open(value).unwrap();
                file.lock_shared().unwrap();
                files.push(file);
            }
            "sleep" => thread::sleep(seconds(value)),
            "compute" => compute(seconds(value)),
            "allocate" => memory.push(vec![1_u8; usize::try_from(number(value) << 20).unwrap()]),
            "if" | "unless" => {
                let (left, right) = value.split_once('=').unwrap();
                if (left == right) == (action == "unless") {
                    return;
                }
            }
            "stubborn" => polite_end::catch(|| ()),
            "tidy" => {
                let file = value.to_owned();
                polite_end::catch(move || {
                    fs::write(&file, "").unwrap();
                    exit(9);
                });
            }
            "spawn" | "run" => {
                let mut command = Command::new(env::current_exe().unwrap());
                command.args(arguments);
                if action == "spawn" {
                    command.stdin(Stdio::null()).spawn().unwrap();
                    return;
                }
                exit(command.status().unwrap().code().unwrap_or(1));
            }
            "arguments" => return arguments.for_each(|argument| println!("{argument}")),
            "exit" => exit(value.parse().unwrap()),
            "abort" => abort(),
            _ => panic!("unknown action {argument:?}"),
        }
    }
    black_box((memory, files));
}

fn number(value: &str) -> u64 {
    value.parse().unwrap()
}

fn seconds(value: &str) -> Duration {
    Duration::from_secs_f64(value.parse().unwrap())
}

/// Appends a line in one write, so that lines of several processes do not mix.
fn append(value: &str) {
    let (file, text) = value.split_once('=').unwrap();
    let mut file = OpenOptions::new().append(true).create(true).open(file).unwrap();
    file.write_all(format!("{text}\n").as_bytes()).unwrap();
}

fn compute(time: Duration) {
    let start = Instant::now();
    let mut n = 0_u64;
    while start.elapsed() < time {
        n = black_box(n + 1);
    }
}
