//! A program for tests, in place of a shell, so that they run on every system. Each argument is
//! an action, or each line of the file `actions` beside the program, in which `{last}` stands for
//! the last argument. They are carried out in order:
//!
//! | action | effect |
//! |---|---|
//! | `print=TEXT`, `warn=TEXT` | writes a line to standard output or standard error |
//! | `text=TEXT`, `zeros=N` | writes text without a line end, or N zero bytes |
//! | `bytes=N,N,…` | writes these bytes |
//! | `env=NAME`, `folder`, `id` | prints a variable, the working directory, the process ID |
//! | `input`, `read=FILE` | prints the number of bytes of standard input, or a file |
//! | `skip=N`, `copy` | reads N bytes of standard input, or copies it to standard output |
//! | `append=FILE=TEXT`, `append-id=FILE` | appends a line, or the process ID, to a file |
//! | `append-env=FILE=NAME`, `copy-env=FILE=NAME` | appends a variable, or copies its file, to a file |
//! | `remove=FILE` | removes a file or an empty folder; fails if it does not exist |
//! | `hold=FILE` | holds a shared lock of a file as long as the process lives |
//! | `await=FILE` | waits until a file exists |
//! | `sleep=S`, `compute=S` | waits, or uses CPU time, for S seconds |
//! | `count=N`, `allocate=MIB` | counts to N, or uses memory |
//! | `take=FOLDER`, `return=FOLDER` | takes a licence or fails with status 42, or returns it |
//! | `if=A=B`, `unless=A=B` | ends with status 0 unless, or if, the texts are equal |
//! | `first=FILE`, `again=FILE` | creates a file; ends with status 0 if, or unless, it existed |
//! | `unless-file=FILE` | ends with status 0 if a file exists |
//! | `stubborn` | ignores the polite request to end |
//! | `tidy=FILE` | at that request, writes a file and ends with status 9 |
//! | `detach` | leaves session and process group, where the system has such |
//! | `spawn=N` | carries out the next N actions in another process, and all further ones here |
//! | `run` | carries out all further actions in another process, and ends with its status |
//! | `arguments` | prints all further arguments, one per line, and ends |
//! | `exit=N`, `abort` | ends |

#![expect(
    clippy::unwrap_used,
    clippy::exit,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::zombie_processes,
    reason = "a failed action ends the program with an error"
)]

use std::env;
use std::fs::{self, File, OpenOptions};
use std::hint::black_box;
use std::io::{self, Read as _, Write as _, stdin, stdout};
use std::path::Path;
use std::process::{Command, Stdio, abort, exit};
use std::thread;
use std::time::{Duration, Instant};

mod licence;
#[cfg_attr(unix, path = "system_unix.rs")]
#[cfg_attr(windows, path = "system_windows.rs")]
mod system;

fn main() {
    let mut arguments = actions().into_iter();
    let (mut memory, mut files) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        let (action, value) = argument.split_once('=').unwrap_or((&argument, ""));
        match action {
            "allocate" => memory.push(vec![1_u8; usize::try_from(number(value) << 20).unwrap()]),
            "hold" => {
                let file = open(value);
                file.lock_shared().unwrap();
                files.push(file);
            }
            "spawn" => {
                let count = usize::try_from(number(value)).unwrap();
                let actions: Vec<_> = arguments.by_ref().take(count).collect();
                this_program(actions).stdin(Stdio::null()).spawn().unwrap();
            }
            "run" => exit(this_program(arguments).status().unwrap().code().unwrap_or(1)),
            "arguments" => return arguments.for_each(|argument| println!("{argument}")),
            _ => carry_out(action, value),
        }
    }
    black_box((memory, files));
}

fn actions() -> Vec<String> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let path = env::current_exe().unwrap().with_file_name("actions");
    let Ok(lines) = fs::read_to_string(path) else { return arguments };
    let last = arguments.last().unwrap();
    lines.lines().map(|line| line.replace("{last}", last)).collect()
}

fn carry_out(action: &str, value: &str) {
    match action {
        "print" => println!("{value}"),
        "warn" => eprintln!("{value}"),
        "text" => print!("{value}"),
        "zeros" => write_zeros(number(value)),
        "bytes" => {
            let bytes: Vec<u8> = value.split(',').map(|byte| byte.parse().unwrap()).collect();
            stdout().write_all(&bytes).unwrap();
            stdout().flush().unwrap();
        }
        "env" => println!("{}", env::var(value).unwrap_or_default()),
        "folder" => println!("{}", env::current_dir().unwrap().display()),
        "id" => println!("{}", std::process::id()),
        "input" => println!("{}", stdin().lock().bytes().count()),
        "skip" => _ = io::copy(&mut stdin().lock().take(number(value)), &mut io::sink()).unwrap(),
        "copy" => _ = io::copy(&mut stdin().lock(), &mut stdout()).unwrap(),
        "read" => stdout().write_all(&fs::read(value).unwrap()).unwrap(),
        "append" => {
            let (file, text) = value.split_once('=').unwrap();
            append(file, text);
        }
        "append-env" => {
            let (file, name) = value.split_once('=').unwrap();
            append(file, &env::var(name).unwrap());
        }
        "copy-env" => {
            let (file, name) = value.split_once('=').unwrap();
            fs::copy(env::var(name).unwrap(), file).unwrap();
        }
        "append-id" => append(value, &std::process::id().to_string()),
        "remove" => fs::remove_file(value).or_else(|_| fs::remove_dir(value)).unwrap(),
        "await" => wait_until(|| Path::new(value).exists()),
        "sleep" => thread::sleep(seconds(value)),
        "compute" => {
            let start = Instant::now();
            while start.elapsed() < seconds(value) {
                black_box(());
            }
        }
        "count" => (0..number(value)).for_each(|n| _ = black_box(n)),
        "take" => licence::take(Path::new(value)),
        "return" => licence::give_back(Path::new(value)),
        "if" => end_if(!is_equal(value)),
        "unless" => end_if(is_equal(value)),
        "first" => end_if(File::create_new(value).is_err()),
        "again" => end_if(File::create_new(value).is_ok()),
        "unless-file" => end_if(Path::new(value).exists()),
        "stubborn" => system::catch_polite_end(|| ()),
        "tidy" => {
            let file = value.to_owned();
            system::catch_polite_end(move || {
                fs::write(&file, "").unwrap();
                exit(9);
            });
        }
        "detach" => system::detach(),
        "exit" => exit(value.parse().unwrap()),
        "abort" => abort(),
        _ => panic!("unknown action {action:?}"),
    }
}

fn this_program(actions: impl IntoIterator<Item = String>) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(actions);
    command
}

fn number(value: &str) -> u64 {
    value.parse().unwrap()
}

fn seconds(value: &str) -> Duration {
    Duration::from_secs_f64(value.parse().unwrap())
}

fn is_equal(texts: &str) -> bool {
    let (left, right) = texts.split_once('=').unwrap();
    left == right
}

fn end_if(condition: bool) {
    if condition {
        exit(0);
    }
}

fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::sleep(Duration::from_millis(2));
    }
}

fn open(path: impl AsRef<Path>) -> File {
    OpenOptions::new().append(true).create(true).open(path).unwrap()
}

fn write_zeros(mut count: u64) {
    let zeros = vec![0; 1 << 16];
    while count > 0 {
        let part = zeros.len().min(usize::try_from(count).unwrap());
        stdout().write_all(&zeros[..part]).unwrap();
        count -= part as u64;
    }
}

/// Appends a line in one write, so that lines of several processes do not mix.
fn append(file: &str, text: &str) {
    open(file).write_all(format!("{text}\n").as_bytes()).unwrap();
}
