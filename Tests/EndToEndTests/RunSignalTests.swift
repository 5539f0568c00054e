import Foundation
import TestSupport
import Testing

/// `scened run` and signals that come when it is busy with something else.
@Suite struct RunSignalTests {
    /// SIGHUP while it starts is taken once it runs: the configuration is read again.
    @Test func aReloadMayBeAskedForDuringTheStart() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        defer { source.close() }
        let site = try RunSite([("one", "tcp://127.0.0.1:\(source.port)")])
        let text = try Data(contentsOf: site.file)
        // Through a FIFO the configuration comes when the test lets it.
        let fifo = site.folder.appending(path: "fifo.yaml").path
        try #require(mkfifo(fifo, 0o600) == 0)
        let run = try LiveRun(["run", fifo])
        var descriptor: Int32 = -1
        while descriptor < 0, run.isRunning {
            descriptor = open(fifo, O_WRONLY | O_NONBLOCK)
            // Nobody reads yet.
            if descriptor < 0 { poll(nil, 0, 5) }
        }
        try #require(rename(site.file.path, fifo) == 0)
        run.send(signal: SIGHUP)
        let configuration = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try configuration.write(contentsOf: text)
        try configuration.close()
        _ = try run.next("one", "stream_start")
        while !run.said.contains("configuration read again") { _ = try #require(run.nextEvent()) }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try site.runs("one").count == 1)
    }

    /// Stopped while receivers keep their answers to themselves: only lines of the log stand on standard
    /// error.
    @Test func aStopMayComeWhileRequestsAreOnTheirWay() throws {
        let source = FeedSource([[.send(try WatchTests.film(upTo: 0.3)), .hold]])
        let asked = DispatchSemaphore(value: 0)
        let receiver = LoopbackListener { client in
            var bytes = [UInt8](repeating: 0, count: 4096)
            guard read(client, &bytes, bytes.count) > 0 else { return }
            asked.signal()
            while read(client, &bytes, bytes.count) > 0 {}
        }
        defer {
            source.close()
            receiver.close()
        }
        let feeds = [("one", "tcp://127.0.0.1:\(source.port)")]
        let site = try RunSite(feeds)
        let hooks = (0..<8).map { number in
            "  - {to: webhook, name: hook\(number), url: 'http://127.0.0.1:\(receiver.port)/', timeout: 60}"
        }
        try site.write(feeds, extra: hooks.joined(separator: "\n"))
        let text = try String(contentsOf: site.file, encoding: .utf8)
        try text.replacing("opens-per-second: 50", with: "opens-per-second: 50\n  drain: 0").write(
            to: site.file, atomically: true, encoding: .utf8)
        let run = try LiveRun(["run", site.file.path])
        for _ in hooks { #expect(asked.wait(timeout: .now() + 60) == .success) }
        run.send(signal: SIGTERM)
        let outcome = try run.finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("scened: ") }, "\(outcome.errors)")
    }
}
