import Glibc
import JSONText
import MediaInput
import MediaOutput
import Platform
import TextFiles

/// Runs this program on films, one thread and one after the other, and takes down what that costs.
struct CapacityMeasurement {
    /// One run.
    struct Run {
        var codec: String
        var width: Int
        var height: Int
        var speed: String
        /// Seconds of film, and of processor.
        var film: Double
        var processor: Double
        var wall: Double
        /// Bits a second of the file.
        var bitRate: Double
        var cost: CapacityModel.Cost
    }

    /// Folder for what is made; the caller removes it.
    let folder: String
    /// Told what is done.
    let onStep: (String) -> Void

    /// Measures a film under each plan. `name`: as messages call it. Throws `CommandFailure`: the film cannot
    /// be used; it was stopped.
    func runs(of film: String, name: String, speeds: [String]) throws(CommandFailure) -> [Run] {
        var runs: [Run] = []
        for speed in speeds {
            onStep("\(name), \(speed)")
            runs.append(try run(film, name, speed))
        }
        return runs
    }

    private func run(_ film: String, _ name: String, _ speed: String) throws(CommandFailure) -> Run {
        let (events, embeddings, errors) = (
            "\(folder)/events.jsonl", "\(folder)/embeddings.npz", "\(folder)/errors"
        )
        let words = [
            "segment", film, "--quiet", "--threads", "1", "--speed", speed, "--output", events,
            "--embeddings", embeddings,
        ]
        let start = WallClock.monotonicSeconds()
        let used = try Self.ended(words, errors: errors)
        let wall = WallClock.monotonicSeconds() - start
        // A film that broke off was measured as far as it goes.
        guard used.status == 0 || used.status == Int(ExitStatus.damaged.rawValue) else {
            throw CommandFailure(
                status: ExitStatus(rawValue: Int32(used.status)) ?? .internalError,
                message: Self.lastLine(of: errors))
        }
        let lines = try InputFile.bytes(events)
        let (first, last) = (Self.fields(lines, "stream_start"), Self.fields(lines, "stream_end"))
        let media = Self.fields(first["media"])
        let seconds = Self.fields(last["at"])["t"]?.double ?? 0
        guard seconds >= 1 else {
            throw CommandFailure(
                status: .noVideo,
                message: "'\(name)' lasts less than a second: give a film of a minute or more")
        }
        let files = PosixFiles()
        let count = lines.split(separator: UInt8(ascii: "\n")).count
        func size(_ path: String) -> Double { Double(((try? files.facts(of: path)) ?? nil)?.size ?? 0) }
        return Run(
            codec: media["codec"]?.string ?? "", width: Int(media["width"]?.integer ?? 0),
            height: Int(media["height"]?.integer ?? 0), speed: speed, film: seconds,
            processor: used.processor,
            wall: wall, bitRate: size(absolutePath(film)) * 8 / seconds,
            cost: CapacityModel.Cost(
                processor: used.processor / seconds, memory: used.memory,
                // Start and end come once, not with every second.
                eventsPerSecond: Double(max(0, count - 2)) / seconds,
                eventBytesPerSecond: Double(lines.count) / seconds,
                embeddingBytesPerSecond: size(embeddings) / seconds))
    }

    /// Runs the program to its end, or until this one is stopped.
    private static func ended(
        _ words: [String], errors: String
    ) throws(CommandFailure) -> (status: Int, processor: Double, memory: Int) {
        let process: pid_t
        do throws(ProgramStart.Failure) {
            process = try ChildProgram.start(words, errors: errors)
        } catch {
            throw CommandFailure(
                status: .unfinished,
                message:
                    "no program can be started: \(String(cString: strerror(error.code))); try again later")
        }
        var memory = 0
        while true {
            if Interruption.stop.isRaised { kill(process, SIGKILL) }
            // What is counted at its end includes the memory of the process that started it.
            memory = max(memory, ProcessMemory.peak(of: process))
            var (status, usage): (Int32, rusage) = (0, rusage())
            let ended = wait4(process, &status, WNOHANG, &usage)
            if ended == process {
                if Interruption.stop.isRaised {
                    throw CommandFailure(status: Interruption.status, message: "")
                }
                func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
                return (
                    Int(status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f),
                    seconds(usage.ru_utime) + seconds(usage.ru_stime), memory
                )
            }
            guard ended == 0 || errno == EINTR else {
                throw CommandFailure(
                    status: .internalError,
                    message: CommandFailure.message("wait for", "a program that was started", errno))
            }
            usleep(10_000)
        }
    }

    private static func lastLine(of path: String) -> String {
        let text = (try? InputFile.bytes(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = text.split(separator: "\n").last.map(String.init) ?? "the film could not be read"
        return line.hasPrefix("scened: ") ? String(line.dropFirst(8)) : line
    }

    /// Members of the first event of a type.
    private static func fields(_ lines: [UInt8], _ type: String) -> [String: JSONValue] {
        let mark = Array("\"type\":\"\(type)\"".utf8)
        let line = lines.split(separator: UInt8(ascii: "\n")).first {
            $0.prefix(40).firstRange(of: mark) != nil
        }
        return fields(line.flatMap { JSONValue(parsing: $0) })
    }

    private static func fields(_ value: JSONValue?) -> [String: JSONValue] {
        Dictionary(
            (value?.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }
}
