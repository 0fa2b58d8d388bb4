//! Runs on a cluster that is reached through a real SSH server on this machine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::slurm::{LIMIT, Slurm, finished, free_ports, statuses, text, until, within};

/// A server for this user with keys of its own. Only it knows where the cluster is.
struct SshServer {
    process: Child,
    /// Folder with a client that uses the keys.
    bin: PathBuf,
}

impl SshServer {
    fn start(slurm: &Slurm) -> Self {
        let folder = slurm.path("ssh");
        fs::create_dir(&folder).unwrap();
        fs::create_dir_all("/run/sshd").unwrap();
        let file = |name: &str| folder.join(name).display().to_string();
        for key in ["host", "user"] {
            let mut generate = Command::new("ssh-keygen");
            generate.args(["-q", "-t", "ed25519", "-N", "", "-f", &file(key)]);
            assert!(within(generate, LIMIT).status.success());
        }
        let port = free_ports(1);
        let server = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nPidFile none\nPermitRootLogin yes\n\
             SetEnv SLURM_CONF={}\n",
            file("host"),
            file("user.pub"),
            slurm.state.path().join("slurm.conf").display(),
        );
        let client = format!(
            "Host login\nHostName 127.0.0.1\nPort {port}\nIdentityFile {}\nIdentitiesOnly yes\n\
             UserKnownHostsFile {}\nStrictHostKeyChecking accept-new\nLogLevel ERROR\n",
            file("user"),
            file("known_hosts"),
        );
        fs::write(folder.join("sshd_config"), server).unwrap();
        fs::write(folder.join("config"), client).unwrap();
        let bin = folder.join("bin");
        fs::create_dir(&bin).unwrap();
        let ssh = ["/usr/bin/ssh", "/bin/ssh"].into_iter().find(|path| fs::exists(path).unwrap());
        // Users have these settings in a file of their home.
        let script = format!("#!/bin/sh\nexec {} -F {} \"$@\"\n", ssh.unwrap(), file("config"));
        fs::write(bin.join("ssh"), script).unwrap();
        fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = Command::new("/usr/sbin/sshd");
        command.args(["-D", "-e", "-f", &file("sshd_config")]);
        command.stderr(fs::File::create(folder.join("log")).unwrap());
        let process = command.stdin(Stdio::null()).spawn().unwrap();
        let log = folder.join("log");
        until("the server listens", || {
            fs::read_to_string(&log).is_ok_and(|log| log.contains("listening on"))
        });
        Self { process, bin }
    }

    /// Lets a command use the client, and no cluster of this machine.
    fn prepare(&self, command: &mut Command) {
        let path = std::env::var("PATH").unwrap();
        command.env("PATH", format!("{}:{path}", self.bin.display())).env_remove("SLURM_CONF");
    }
}

impl Drop for SshServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

#[test]
fn a_cluster_is_reached_through_ssh() {
    let slurm = Slurm::start("name,x,y\n\"it's \"\"a\"\" $b\",0.1,1\nb,0.1,1\n");
    let server = SshServer::start(&slurm);
    let options = ["--cases", "cases.csv", "--on", "slurm@login", "--run-folder", "a 'b' $c"];
    let options = [&options[..], &["--slurm-licence", "solver", "--slurm-partition", "main"]];
    let program = ["sh", "-c", "echo \"$0\"; echo {x}", "{name}"];
    let mut command = slurm.caselanes(&options.concat(), &program);
    server.prepare(&mut command);
    let (report, _) = finished(&within(command, LIMIT), 0);
    assert_eq!(statuses(&report), ["done", "done"]);
    let out = fs::read_to_string(slurm.path("a 'b' $c/case-0/stdout.txt")).unwrap();
    assert_eq!(out, "it's \"a\" $b\n0.1\n");
}

#[test]
fn a_host_that_does_not_let_one_in_or_refuses_the_job_is_an_error_before_the_run() {
    let slurm = Slurm::start("name,x,y\na,1,1\n");
    let server = SshServer::start(&slurm);
    let run = |options: &[&str]| {
        let fixed = ["--cases", "cases.csv", "--workers", "1", "--run-folder", "run"];
        let mut command = slurm.caselanes(&[&fixed[..], options].concat(), &["true"]);
        server.prepare(&mut command);
        let (_, printed) = finished(&within(command, LIMIT), 2);
        assert!(!slurm.path("run").exists(), "{printed}");
        printed
    };
    let printed = run(&["--on", "slurm@login", "--slurm-partition", "nope"]);
    // The profile of the user may print more in between.
    for part in ["sbatch on login: ", "invalid partition specified: nope"] {
        assert!(printed.contains(part), "{printed}");
    }
    // Nobody may log in without the key.
    fs::remove_file(slurm.path("ssh/user.pub")).unwrap();
    let printed = run(&["--on", "slurm@login"]);
    assert!(printed.contains("Permission denied"), "{printed}");
    assert_eq!(slurm.task_count(), 0);
    let mut version = slurm.command("ssh");
    version.arg("-V");
    assert!(text(&within(version, LIMIT).stderr).contains("OpenSSH"));
}
