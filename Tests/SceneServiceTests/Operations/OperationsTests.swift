import TestSupport
import SceneService
import EventDelivery
import Platform
import Foundation
import Logging
import Synchronization
import Testing

@Suite struct LogTests {
    @Test func aFeedGetsItsLinesPerMinuteAndErrorsPass() {
        var limiter = LogLimiter(perMinute: 10)
        var written = 0
        for second in 0..<60 {
            for _ in 0..<100 {
                if case .write = limiter.verdict(key: "f", isUrgent: false, now: Double(second)) {
                    written += 1
                }
            }
        }
        #expect((10...20).contains(written))
        #expect(limiter.suppressed == 6000 - written)
        #expect(limiter.verdict(key: "g", isUrgent: false, now: 60) == .write(suppressed: 0))
        guard case .write(let suppressed) = limiter.verdict(key: "f", isUrgent: true, now: 60) else {
            Issue.record("an error was left out")
            return
        }
        #expect(suppressed > 0)
    }

    /// A secret reaches no output, in whatever form.
    @Test func secretsAreTakenOut() throws {
        let folder = try TemporaryFolder()
        let secret = "canary-7f3 /+?"
        try Data((secret + "\n").utf8).write(to: URL(fileURLWithPath: "\(folder.path)/cam"))
        #expect(try Credentials(directory: folder.path).text(named: "cam") == secret)
        let lines = Mutex<[String]>([])
        let output = ServiceLog.Output(linesPerMinute: 100, hasPriorities: true, board: nil) { line in
            lines.withLock { $0.append(line) }
        }
        let log = Logger(label: "test") { _ in ServiceLog(label: "test", level: .info, output: output) }
        log.warning(
            "opening rtsp://user:other@host/a?token=abcdef&x=1",
            metadata: ["feed": "f", "reason": "\(secret)"])
        log.info(
            "\(SecretText.percentEncoded(secret)) and \(Data(secret.utf8).base64EncodedString())\nsecond line"
        )
        log.debug("not at this level")
        let text = lines.withLock { $0.joined() }
        #expect(
            text.hasPrefix("<4>opening rtsp://***@host/a?token=***&x=1 feed=f reason=\"***\"\n<6>*** and ***")
        )
        #expect(!text.contains("canary") && !text.contains("other") && !text.contains("abcdef"))
        #expect(text.split(separator: "\n").count == 2)
    }

    @Test func credentialsOfALoadedFolderAreFound() throws {
        let folder = try TemporaryFolder()
        try Data("of a folder\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/scened_cam"))
        #expect(try Credentials(directory: folder.path).text(named: "cam") == "of a folder")
        try Data("its own".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/cam"))
        #expect(try Credentials(directory: folder.path).text(named: "cam") == "its own")
    }

    @Test func credentialsThatAreMissingAreNamedWithTheRemedy() {
        #expect(throws: Credentials.Failure.self) { try Credentials(directory: nil).text(named: "cam") }
        do {
            _ = try Credentials(directory: "/nowhere").text(named: "cam")
        } catch {
            #expect(error.description.contains("LoadCredential=cam:FILE"))
        }
        #expect(throws: Credentials.Failure.self) {
            try Credentials(directory: "/etc").text(named: "../passwd")
        }
    }
}

@Suite struct NotifierTests {
    /// A datagram socket that plays systemd.
    private func receiver(_ path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        return descriptor
    }

    private func next(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : ""
    }

    @Test func systemdHearsWhatItMust() throws {
        let folder = try TemporaryFolder()
        let descriptor = try receiver("\(folder.path)/notify")
        defer { close(descriptor) }
        let notifier = ServiceNotifier(environment: [
            "NOTIFY_SOCKET": "\(folder.path)/notify", "WATCHDOG_USEC": "30000000",
            "WATCHDOG_PID": "\(getpid())",
        ])
        #expect(notifier.watchdogInterval == 30)
        notifier.ready()
        #expect(next(descriptor) == "READY=1")
        notifier.status("1 feed", now: 10)
        notifier.status("1 feed", now: 20)
        notifier.status("2 feeds", now: 20.1)
        notifier.status("3 feeds rtsp://a:b@c\nx", now: 20.2)
        notifier.watchdog()
        #expect(next(descriptor) == "STATUS=1 feed")
        #expect(next(descriptor) == "STATUS=2 feeds")
        #expect(next(descriptor) == "WATCHDOG=1")
        notifier.status("3 feeds rtsp://a:b@c\nx", now: 30)
        #expect(next(descriptor) == "STATUS=3 feeds rtsp://***@c x")
        notifier.reloading()
        #expect(next(descriptor).hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        notifier.stopping()
        #expect(next(descriptor) == "STOPPING=1")
    }

    @Test func withoutSystemdNothingHappens() {
        let notifier = ServiceNotifier(environment: ["WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"])
        #expect(notifier.watchdogInterval == nil)
        notifier.ready()
    }
}

@Suite struct LoopMonitorTests {
    @Test func aLoopThatStopsIsNamed() {
        let monitor = LoopMonitor()
        monitor.beat("a", now: 0)
        monitor.beat("b", .calculating, now: 0)
        #expect(monitor.stuck(now: 15) == [])
        #expect(monitor.stuck(now: 16) == ["a"])
        #expect(monitor.stuck(now: 121) == ["a", "b"])
        monitor.end("a")
        monitor.beat("b", now: 115)
        #expect(monitor.stuck(now: 130) == [])
    }

    /// Who waits for another loop is not stuck; the other is watched itself.
    @Test func whoWaitsIsNotStuck() {
        let monitor = LoopMonitor()
        monitor.beat("feed a", .waiting, now: 0)
        monitor.beat("network", now: 0)
        #expect(monitor.stuck(now: 1000) == ["network"])
        monitor.beat("feed a", now: 1000)
        #expect(monitor.stuck(now: 1016) == ["feed a", "network"])
    }

    /// A new process would wait for the same disk: it is told, and nobody is ended for it.
    @Test func aStalledDiskIsTroubleAndNotStuck() {
        let monitor = LoopMonitor()
        monitor.beatOfDisk("journal", now: 0)
        #expect(monitor.stalledDisks(now: 10) == [])
        #expect(
            monitor.stalledDisks(now: 11) == ["the disk of the journal has not answered for 10 s or more"])
        #expect(monitor.stuck(now: 1000) == [])
        monitor.beatOfDisk("journal", now: 1000)
        #expect(monitor.stalledDisks(now: 1001) == [])
    }
}

@Suite struct BackoffTests {
    @Test func waitsGrowAreSpreadAndCapped() {
        var random = SeededGenerator(seed: 1)
        var backoff = Backoff(first: 0.5, cap: 30, floor: 0.25)
        var waits: [Double] = []
        for _ in 0..<200 { waits.append(backoff.next(using: &random)) }
        #expect(waits[0] <= 0.5)
        #expect(waits.allSatisfy { (0.25...30).contains($0) })
        let late = waits.dropFirst(10)
        #expect((late.max() ?? 0) - (late.min() ?? 0) > 15, "spread over more than half of the window")
        backoff.reset()
        #expect(backoff.next(using: &random) <= 0.5)
    }
}
