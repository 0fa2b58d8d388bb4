//! Messages between a run and its worker processes, sent through pipes.
//!
//! A frame is a length of four bytes, little endian, followed by a message in
//! postcard's format. Each side first sends a [`Greeting`], whose form never
//! changes; any other change needs a new [`PROTOCOL`].

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use serde::{Deserialize, Serialize};

use crate::engine::pool::measure::CaseMeasurement;
use crate::study::{Program, RenderedFile};

/// Version of all messages except the greeting.
pub(crate) const PROTOCOL: u32 = 8;

pub(crate) const RUN: &str = "caselanes run";

pub(crate) const WORKER: &str = "caselanes worker";

/// Maximum length of a message in bytes. Text read as a length always exceeds it.
const MAX_MESSAGE_BYTES: usize = 1 << 24;

/// Maximum part of an input file in one message, in bytes.
const FILE_PART_BYTES: usize = 1 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Greeting<'a> {
    /// The sender, [`RUN`] or [`WORKER`].
    pub(crate) who: &'a str,
    pub(crate) protocol: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ToWorker<'a> {
    /// Describes the run; sent once, first.
    Hello {
        workload: &'a str,
        seed: u64,
        time_scale: f64,
        /// Start of the run on the clock shared by all processes.
        epoch_ns: u64,
        /// Whether to report the start of each case.
        reports_starts: bool,
        /// External program to run, if the workload is `command`.
        program: Option<Box<Cow<'a, Program>>>,
    },
    Run {
        case: u32,
        name: &'a str,
        x: f64,
        y: f64,
    },
    /// Part of an input file of the next case. Parts with the same name are joined.
    InputFile {
        name: &'a str,
        #[serde(with = "serde_bytes")]
        part: &'a [u8],
    },
    /// Runs the external program for a case in a new folder. The first argument is
    /// the program itself.
    Start {
        case: u32,
        arguments: Vec<String>,
        folder: Cow<'a, str>,
        cores: Option<CaseCores>,
    },
}

/// The cores of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CaseCores {
    pub(crate) count: u64,
    /// CPUs that it is pinned to; none if it may run on all.
    pub(crate) cpus: Vec<u32>,
}

/// A request to run a case, with the input files that go before it.
pub(crate) struct CaseRequest<'a> {
    pub(crate) files: Vec<RenderedFile<'a>>,
    pub(crate) message: ToWorker<'a>,
}

impl CaseRequest<'_> {
    /// Appends the messages of the request to the buffer.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>) -> Result<(), FrameError> {
        for RenderedFile { name, content } in &self.files {
            // An empty file has one part too.
            let empty = content.is_empty().then_some(&[][..]);
            for part in content.chunks(FILE_PART_BYTES).chain(empty) {
                encode(&ToWorker::InputFile { name, part }, buffer)?;
            }
        }
        encode(&self.message, buffer)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FromWorker {
    /// Ready for cases; reports the peak memory so far.
    Ready {
        memory_bytes: Option<u64>,
    },
    Started {
        start_ns: u64,
    },
    Ended {
        case: u32,
        measured: CaseMeasurement,
    },
    /// The worker process ends; reports its peak memory.
    Bye {
        memory_bytes: Option<u64>,
    },
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("message too long: {0} bytes; the limit is {MAX_MESSAGE_BYTES}")]
    TooLong(usize),
    #[error("message cut off after {found} of {expected} bytes")]
    Cut { expected: usize, found: usize },
    #[error("cannot decode a message of {bytes} bytes: {error}")]
    Undecodable { bytes: usize, error: postcard::Error },
    #[error("message with {0} surplus bytes")]
    Surplus(usize),
}

/// Appends a message to the buffer as a frame.
pub(crate) fn encode(message: &impl Serialize, buffer: &mut Vec<u8>) -> Result<(), FrameError> {
    let start = buffer.len();
    buffer.extend([0; 4]);
    postcard::to_io(message, &mut *buffer).map_err(|error| io::Error::other(error.to_string()))?;
    let length = buffer.len() - start - 4;
    match u32::try_from(length) {
        Ok(bytes) if length <= MAX_MESSAGE_BYTES => {
            buffer[start..start + 4].copy_from_slice(&bytes.to_le_bytes());
            Ok(())
        }
        _ => {
            buffer.truncate(start);
            Err(FrameError::TooLong(length))
        }
    }
}

/// Sends messages, each with a single write.
pub(crate) struct Sender<W> {
    to: W,
    buffer: Vec<u8>,
}

impl<W: Write> Sender<W> {
    pub(crate) fn new(to: W) -> Self {
        Self { to, buffer: Vec::new() }
    }

    pub(crate) fn send(&mut self, message: &impl Serialize) -> Result<(), FrameError> {
        self.buffer.clear();
        encode(message, &mut self.buffer)?;
        Ok(self.to.write_all(&self.buffer)?)
    }
}

pub(crate) struct Receiver<R> {
    from: BufReader<R>,
    buffer: Vec<u8>,
}

impl<R: Read> Receiver<R> {
    pub(crate) fn new(from: R) -> Self {
        Self { from: BufReader::new(from), buffer: Vec::new() }
    }

    /// Waits for the next message; `None` if the sender has closed the pipe.
    pub(crate) fn next<'a, T: Deserialize<'a>>(&'a mut self) -> Result<Option<T>, FrameError> {
        let mut length = [0; 4];
        match self.fill(4)? {
            0 => return Ok(None),
            4 => length.copy_from_slice(&self.buffer),
            found => return Err(FrameError::Cut { expected: 4, found }),
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_MESSAGE_BYTES {
            return Err(FrameError::TooLong(length));
        }
        let found = self.fill(length)?;
        if found < length {
            return Err(FrameError::Cut { expected: length, found });
        }
        let (message, rest) = postcard::take_from_bytes(&self.buffer)
            .map_err(|error| FrameError::Undecodable { bytes: length, error })?;
        if !rest.is_empty() {
            return Err(FrameError::Surplus(rest.len()));
        }
        Ok(Some(message))
    }

    /// Discards everything until the sender closes the pipe.
    pub(crate) fn drain(&mut self) {
        loop {
            match self.from.fill_buf() {
                Ok([]) => return,
                Ok(read) => {
                    let read = read.len();
                    self.from.consume(read);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Reads up to `bytes` bytes into the buffer; returns the number read. The
    /// buffer grows with the data received, not with the length announced.
    fn fill(&mut self, bytes: usize) -> io::Result<usize> {
        self.buffer.clear();
        self.from.by_ref().take(bytes as u64).read_to_end(&mut self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::run::CaseOutcome;
    use crate::study::CommandLine;

    fn frame(message: &impl Serialize) -> Vec<u8> {
        let mut buffer = Vec::new();
        encode(message, &mut buffer).unwrap();
        buffer
    }

    fn outcomes() -> impl Strategy<Value = CaseOutcome> {
        prop_oneof![
            proptest::collection::vec(any::<Option<f64>>(), 0..4)
                .prop_map(|values| CaseOutcome::Done(values.into_iter().collect())),
            ".*".prop_map(CaseOutcome::Failed),
            ".*".prop_map(CaseOutcome::TimedOut),
            Just(CaseOutcome::Cancelled),
        ]
    }

    fn from_worker() -> impl Strategy<Value = FromWorker> {
        let tail = any::<Option<String>>();
        let measured = (any::<[u64; 2]>(), any::<[Option<u64>; 3]>(), outcomes(), tail);
        let measured = measured.prop_map(|(times, parts, outcome, output_tail)| CaseMeasurement {
            start_ns: times[0],
            end_ns: times[1],
            waited_ns: parts[0],
            cpu_ns: parts[1],
            memory_bytes: parts[2],
            outcome,
            lacks_value_file: times[0] > times[1],
            output_tail,
        });
        prop_oneof![
            any::<Option<u64>>().prop_map(|memory_bytes| FromWorker::Ready { memory_bytes }),
            any::<u64>().prop_map(|start_ns| FromWorker::Started { start_ns }),
            (any::<u32>(), measured)
                .prop_map(|(case, measured)| FromWorker::Ended { case, measured }),
            any::<Option<u64>>().prop_map(|memory_bytes| FromWorker::Bye { memory_bytes }),
        ]
    }

    /// Counts the messages up to the first error.
    fn read_all(bytes: &[u8]) -> (usize, Option<String>) {
        let mut receiver = Receiver::new(bytes);
        let mut read = 0;
        loop {
            match receiver.next::<FromWorker>() {
                Ok(Some(_)) => read += 1,
                Ok(None) => return (read, None),
                Err(error) => return (read, Some(error.to_string())),
            }
        }
    }

    proptest! {
        #[test]
        fn messages_are_received_as_sent(sent in proptest::collection::vec(from_worker(), 0..20)) {
            let mut bytes = Vec::new();
            let mut sender = Sender::new(&mut bytes);
            for message in &sent {
                sender.send(message).unwrap();
            }
            let mut receiver = Receiver::new(&bytes[..]);
            for message in sent {
                prop_assert_eq!(receiver.next().unwrap(), Some(message));
            }
            prop_assert_eq!(receiver.next::<FromWorker>().unwrap(), None);
        }

        #[test]
        fn requests_are_received_as_sent(case: u32, name: String, x: f64, y: f64, seed: u64) {
            let program = Program::new(CommandLine::parse(&["solve", "{x}"]).unwrap());
            let program = Some(Box::new(Cow::Owned(program)));
            let hello =
                ToWorker::Hello { workload: "command", seed, time_scale: x, epoch_ns: 7, reports_starts: true, program };
            let arguments = vec!["solve".to_owned(), name.clone()];
            let cores = Some(CaseCores { count: seed, cpus: vec![case] });
            let file = ToWorker::InputFile { name: &name, part: name.as_bytes() };
            let start = ToWorker::Start { case, arguments, folder: name.clone().into(), cores };
            let run = ToWorker::Run { case, name: &name, x, y };
            let bytes = [frame(&hello), frame(&run), frame(&file), frame(&start)].concat();
            let mut receiver = Receiver::new(&bytes[..]);
            prop_assert_eq!(receiver.next().unwrap(), Some(hello));
            prop_assert_eq!(receiver.next().unwrap(), Some(run));
            prop_assert_eq!(receiver.next().unwrap(), Some(file));
            prop_assert_eq!(receiver.next().unwrap(), Some(start));
        }

        #[test]
        fn a_message_cut_off_anywhere_is_an_error(message in from_worker(), at: prop::sample::Index) {
            let bytes = frame(&message);
            let at = at.index(bytes.len());
            let (read, error) = read_all(&bytes[..at]);
            prop_assert_eq!(read, 0);
            prop_assert_eq!(error.is_some(), at > 0, "{:?}", error);
        }

        #[test]
        fn garbage_never_causes_a_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            length in 0..40_u32,
        ) {
            read_all(&bytes);
            read_all(&[&length.to_le_bytes(), &bytes[..]].concat());
        }
    }

    #[test]
    fn frame_errors_name_the_problem() {
        let error = |bytes: &[u8]| read_all(bytes).1.unwrap();
        assert_eq!(
            error(b"hello, world"),
            "message too long: 1819043176 bytes; the limit is 16777216"
        );
        assert_eq!(error(&[9, 0, 0, 0, 1]), "message cut off after 1 of 9 bytes");
        let mut longer = frame(&FromWorker::Ready { memory_bytes: None });
        longer[0] += 2;
        longer.extend([0, 0]);
        assert_eq!(error(&longer), "message with 2 surplus bytes");
        assert!(error(&[1, 0, 0, 0, 77]).starts_with("cannot decode a message of 1 bytes: "));
    }

    #[test]
    fn a_message_that_is_too_long_is_not_sent() {
        let name = "a".repeat(MAX_MESSAGE_BYTES);
        let mut buffer = vec![1, 2];
        let result = encode(&ToWorker::Run { case: 0, name: &name, x: 0.0, y: 0.0 }, &mut buffer);
        assert!(matches!(result, Err(FrameError::TooLong(bytes)) if bytes > MAX_MESSAGE_BYTES));
        assert_eq!(buffer, [1, 2]);
    }
}
