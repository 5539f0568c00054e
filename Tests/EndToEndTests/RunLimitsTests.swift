import Foundation
import Testing

/// `scened run` where the machine gives too little, and where a configuration is refused while it runs.
@Suite struct RunLimitsTests {
    private static let dead = (0..<60).map { ("dead\($0)", "tcp://127.0.0.1:1") }

    /// Descriptors run out with a reload that adds feeds: those that run go on, the others wait and say what
    /// is missing, and begin once there are descriptors.
    @Test func feedsWaitForDescriptors() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let live = ("live", "tcp://127.0.0.1:\(source.port)")
        let site = try RunSite([live])
        let run = try LiveRun(
            ["-c", "ulimit -n 100; exec \"$0\" run --config \"$1\"", Program.scened.path, site.file.path],
            executable: URL(filePath: "/bin/bash"))
        _ = try run.next("live", "stream_start")
        try site.write([live] + Self.dead)
        run.send(signal: SIGHUP)
        while !run.said.contains("no file descriptor is left; raise LimitNOFILE=") {
            _ = try #require(run.nextEvent())
        }
        // The feed that ran before runs on.
        for _ in 0..<3 { _ = try run.next("live", "heartbeat") }
        let more = try? Program.shell("prlimit --pid \(run.identifier) --nofile=4096:4096")
        if more?.status == 0 {
            var waiting = Set(Self.dead.map(\.0))
            while !waiting.isEmpty {
                let line = try #require(run.nextEvent())
                waiting.remove(line.fields["feed"] as? String ?? "")
            }
            #expect(run.said.contains("can begin now"))
        }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let journal = try site.journal("live")
        try Schema.check(lines: journal)
        #expect(journal.count { $0.contains("\"type\":\"stream_start\"") } == 1)
        #expect(!journal.contains { $0.contains("\"type\":\"gap\"") && !$0.contains("\"reason\":\"stall\"") })
    }

    /// The first part of the new configuration could be taken over, a later one is refused: nothing has
    /// changed.
    @Test(arguments: ["socket: {listen: 'unix:/nonexistent/folder/socket'}", "state"])
    func aRefusedReloadChangesNothing(refused: String) throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let address = "tcp://127.0.0.1:\(source.port)"
        let site = try RunSite([("live", address)])
        let (old, new) = (try Self.freePort(), try Self.freePort())
        func write(_ port: UInt16, _ feeds: [(name: String, input: String)], extra: String = "") throws {
            try site.write(feeds, extra: extra)
            let text = try String(contentsOf: site.file, encoding: .utf8)
                .replacing("http: null", with: "http: {listen: '127.0.0.1:\(port)'}")
            try text.write(to: site.file, atomically: true, encoding: .utf8)
        }
        try write(old, [("live", address)])
        let run = try LiveRun(["run", "--config", site.file.path])
        _ = try run.next("live", "stream_start")
        try write(
            new, [("live", address + "?changed"), ("more", "tcp://127.0.0.1:1")],
            extra: refused == "state" ? "" : refused)
        if refused == "state" {
            let text = try String(contentsOf: site.file, encoding: .utf8)
            try text.replacing("/state\n", with: "/elsewhere\n").write(
                to: site.file, atomically: true, encoding: .utf8)
        }
        run.send(signal: SIGHUP)
        while !run.said.contains("nothing changes") { _ = try #require(run.nextEvent()) }
        #expect(try Program.run(["status", "--http", "127.0.0.1:\(old)"]).status == 0)
        #expect(try Program.run(["status", "--http", "127.0.0.1:\(new)"]).status == 69)
        for _ in 0..<3 { _ = try run.next("live", "heartbeat") }
        // What was wrong is mended: now all of it is taken over.
        try write(new, [("live", address), ("more", "tcp://127.0.0.1:1")])
        run.send(signal: SIGHUP)
        _ = try run.next("more", "heartbeat")
        while !run.said.contains("configuration read again") { _ = try #require(run.nextEvent()) }
        #expect(try Program.run(["status", "--http", "127.0.0.1:\(new)"]).status == 0)
        #expect(try Program.run(["status", "--http", "127.0.0.1:\(old)"]).status == 69)
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        source.close()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let reasons =
            refused == "state"
            ? ["state cannot change"] : ["cannot listen on", "does not exist", "is in use"]
        #expect(reasons.contains { outcome.errors.contains($0) }, "\(outcome.errors)")
        #expect(try site.runs("live").count == 1)
        #expect(FileManager.default.fileExists(atPath: site.folder.path + "/state/journal/more"))
        #expect(!FileManager.default.fileExists(atPath: site.folder.path + "/elsewhere"))
    }

    /// Swift's own crash handler waits for ever where memory is short: nothing that keeps the service running
    /// leaves it on.
    @Test(arguments: [
        ("deploy/Containerfile", "ENV SWIFT_BACKTRACE=enable=no\n"),
        (
            "deploy/kubernetes/statefulset.yaml",
            "- name: SWIFT_BACKTRACE\n              value: enable=no\n"
        ),
        ("systemd/scened.service", "Environment=SWIFT_BACKTRACE=enable=no\n"),
    ])
    func crashesAreLeftToTheSystem(file: String, line: String) throws {
        let text = try String(contentsOf: Program.repository.appending(path: file), encoding: .utf8)
        #expect(text.contains(line))
    }

    /// Neither does the service itself, nor do its workers.
    @Test func aCrashEndsTheServiceAtOnce() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        defer { source.close() }
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let run = try LiveRun(
            [
                "-c", "unset SWIFT_BACKTRACE; ulimit -c 0; exec \"$0\" run \"$1\"", Program.scened.path,
                site.file.path,
            ],
            executable: URL(filePath: "/bin/bash"))
        _ = try run.next("one", "stream_start")
        let worker = try #require(run.children.first)
        #expect(Processes.text(of: worker, "environ").contains("SWIFT_BACKTRACE=enable=no"))
        run.send(signal: SIGSEGV)
        let outcome = try run.finish()
        #expect(outcome.status == 128 + SIGSEGV)
        #expect(!outcome.errors.contains("Thread 0"), "\(outcome.errors)")
    }

    @Test func checkConfigCountsDescriptors() throws {
        let site = try RunSite(Self.dead)
        let short = try Program.shell("ulimit -n 100; scened check-config '\(site.file.path)'")
        #expect(short.status == 0)
        #expect(short.errorLines.count == 1)
        #expect(short.errors.contains("file descriptors, and 100 are allowed; raise LimitNOFILE="))
        #expect(try Program.shell("scened check-config '\(site.file.path)'").lines == short.lines)
    }

    @Test func tooFewDescriptorsAreRefusedInOneLine() throws {
        let site = try RunSite([("one", "tcp://127.0.0.1:1")])
        let refused = try Program.shell("ulimit -n 40; scened run --config '\(site.file.path)'")
        #expect(refused.status == 70)
        #expect(refused.errorLines.count == 1 && refused.errors.contains("raise LimitNOFILE="))
    }

    private static func freePort() throws -> UInt16 {
        let source = FeedSource([[]])
        defer { source.close() }
        return source.port
    }
}
