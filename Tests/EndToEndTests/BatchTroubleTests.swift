import Foundation
import Platform
import TestSupport
import Testing

/// What a batch meets that is not as it should be: names, folders, formats, parents and readers.
@Suite struct BatchTroubleTests {
    /// Films of any name, in folders and in what other commands read.
    @Test func namesThatAreNoText() throws {
        let (folder, output) = (try Scratch.emptyFolder(), Scratch.path("results"))
        let name = FileName.text(Array("caf".utf8) + [0xe9] + Array(".mp4".utf8))
        let link = FileName.withBytes("\(folder.path)/\(name)") { symlink(Fixtures.path("cuts.mp4"), $0) }
        #expect(link == 0)
        for state in ["done", "present"] {
            let outcome = try BatchRuns.batch(folder, output, "--report", "--", "--export", "csv")
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
            #expect(BatchRuns.states(outcome) == [name: state])
        }
        #expect(FileKind(path: "\(output.path)/\(name)/events.jsonl") == .file)
        let others = try Program.shell(
            """
            cd '\(output.path)'/caf* && scened export events.jsonl --to csv -o again.csv && scened report events.jsonl \
            --quiet && scened events check events.jsonl && cd .. && scened catalogue . --to ../caf.sqlite --quiet && \
            scened export caf*/events.jsonl --to fcpxml -o "$(echo caf*)/other.fcpxml"
            """)
        #expect(others.status == 0, "\(others)")
    }

    /// A format that cannot hold a film takes nothing else with it: not of `segment`, not of a batch.
    @Test func exportsThatCannotBeMade() throws {
        let films = try BatchRuns.films(["a.mp4": "dissolve.mp4"])
        let output = Scratch.path("results")
        for state in ["done", "present"] {
            let outcome = try BatchRuns.batch(
                films, output, "--report", "--", "--export", "webvtt,youtube,csv")
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
            let film = try #require(outcome.events.first)
            #expect(film.fields["state"] as? String == state)
            let message = film.fields["message"] as? String ?? ""
            #expect(message.hasPrefix("youtube ") || message.contains("chapters"), "\(message)")
        }
        let names = Set(
            try FileManager.default.contentsOfDirectory(atPath: output.appending(path: "a.mp4").path))
        #expect(names == ["events.jsonl", "embeddings.npz", "report.html", "done.json", "a.vtt", "a.csv"])
        let folder = try Scratch.emptyFolder()
        let segment = try Program.run([
            "segment", Fixtures.path("dissolve.mp4"), "--quiet", "--output", "\(folder.path)/o.jsonl",
            "--export",
            "youtube,webvtt", "--report", "\(folder.path)/o.html", "--embeddings", "\(folder.path)/o.npz",
        ])
        #expect(segment.status == 65 && segment.errorLines.count == 1, "\(segment)")
        #expect(
            Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
                == ["o.jsonl", "dissolve.vtt", "o.html", "o.npz"])
    }

    /// Lists name the film, from the root, also where the events were scored again.
    @Test func listsNameTheFilm() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4"])
        let output = Scratch.path("results")
        for threshold in ["0.3", "0.4"] {
            let outcome = try BatchRuns.batch(
                films, output, "--", "--export", "otio,edl", "--threshold", threshold)
            #expect(outcome.status == 0, "\(outcome)")
            let list = try BatchRuns.text(output, "a.mp4/a.otio")
            #expect(list.contains("\"file://\(films.path)/a.mp4\""), "\(threshold)")
            #expect(!list.contains("embeddings"))
        }
    }

    /// A folder that was not looked into must not pass for one without films.
    @Test func foldersThatCannotBeListed() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4"])
        let name = String(repeating: "x", count: 250)
        // Deeper than a path may be long.
        let made = try Program.shell(
            "cd '\(films.path)' && for n in $(seq 17); do mkdir \(name) && cd \(name) || exit 1; done")
        #expect(made.status == 0, "\(made)")
        let outcome = try BatchRuns.batch(films, Scratch.path("results"))
        #expect(outcome.status == 66 && outcome.errorLines.count == 1, "\(outcome)")
        #expect(outcome.errors.contains("File name too long"))
        #expect(try Program.shell("rm -r '\(films.path)'").status == 0)
    }

    /// How a program ended is known whatever the parent of the batch does with those that it does not wait
    /// for.
    @Test func aParentThatReapsNobody() throws {
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("cuts.mp4")))
        let films = try Scratch.emptyFolder()
        try whole.prefix(whole.count * 6 / 10).write(to: films.appending(path: "torn.mp4"))
        let outcome = try Program.shell(
            """
            python3 -c 'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); \
            os.execvp(sys.argv[1], sys.argv[1:])' scened batch '\(films.path)' -o '\(Scratch.path("results").path)'
            """)
        #expect(outcome.status == 65)
        #expect(BatchRuns.states(outcome) == ["torn.mp4": "damaged"], "\(outcome)")
    }

    /// Reports that nobody takes hold up neither the other films nor the end.
    @Test func reportsThatNobodyTakes() throws {
        let films = try BatchRuns.films(["a.mp4": "cuts.mp4", "b.mp4": "dissolve.mp4"])
        let output = Scratch.path("results")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { for end in ends { close(end) } }
        // The pipe is full.
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let filling = [UInt8](repeating: 0x20, count: 4096)
        while write(ends[1], filling, filling.count) > 0 {}
        while write(ends[1], filling, 1) > 0 {}
        _ = fcntl(ends[1], F_SETFL, 0)
        let process = Process()
        process.executableURL = Program.scened
        process.arguments = ["batch", films.path, "--output", output.path, "--jobs", "1", "--json"]
        process.standardOutput = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
        process.standardError = FileHandle.nullDevice
        try process.start()
        defer { kill(process.processIdentifier, SIGKILL) }
        func isWriting() -> Bool {
            let tasks = "/proc/\(process.processIdentifier)/task"
            return ((try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []).contains { task in
                // Number of the call and its first argument: write(1, ...).
                let call = (try? String(contentsOfFile: "\(tasks)/\(task)/syscall", encoding: .utf8)) ?? ""
                return call.hasPrefix("1 0x1 ") || call.hasPrefix("64 0x1 ")
            }
        }
        let limit = Date(timeIntervalSinceNow: 60)
        while !isWriting(), Date() < limit { poll(nil, 0, 20) }
        process.terminate()
        let hasEnded = Processes.hasEnded(process.processIdentifier, within: 30)
        #expect(hasEnded)
        if !hasEnded { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 143)
        #expect(FileManager.default.fileExists(atPath: output.appending(path: "a.mp4/done.json").path))
    }
}
