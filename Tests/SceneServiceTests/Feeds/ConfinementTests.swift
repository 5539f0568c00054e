import TestSupport
import SceneService
import EventDelivery
import FeedRuntime
import ConfinementCalls
import Foundation
import Testing

/// Each net of a worker's confinement, by what it must forbid: tried in earnest by a program that confines
/// itself as a worker does, on the thread that did it and on one that was started afterwards.
@Suite struct ConfinementTests {
    /// What one attempt on one thread came to.
    struct Attempt: CustomStringConvertible {
        var thread: String
        var group: String
        var name: String
        /// 0: it succeeded.
        var error: Int32
        var description: String { "\(thread): \(group) \(name): \(error)" }
    }

    /// A run of the program.
    struct Trial {
        /// What it says it could not have.
        var missing: String
        var attempts: [Attempt]
        /// What the file `victim` held afterwards.
        var victim: String?

        func of(_ group: String) -> [Attempt] { attempts.filter { $0.group == group } }
        func names(_ group: String) -> [String] { of(group).map { "\($0.thread) \($0.name)" } }
        func error(_ thread: String, _ group: String, _ name: String) -> Int32? {
            attempts.first { $0.thread == thread && $0.group == group && $0.name == name }?.error
        }
    }

    static let probe = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("ConfinementProbe")
    static let setpriv = "/usr/bin/setpriv"
    /// The superuser can also try as somebody else.
    static let users =
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: setpriv)
        ? ["same", "nobody"] : ["same"]

    /// Cutting a file short is held back from version 3 on (Linux 6.2).
    static let hasLandlock = probe_landlock_version() >= 3
    static let lacksLandlock: Comment = "the kernel has no Landlock, or one before version 3"

    static func run(_ input: String, nets: String = "all", user: String = "same", early: Bool = false) throws
        -> Trial
    {
        let folder = try TemporaryFolder()
        let victim = folder.path + "/victim"
        try Data("journal\n".utf8).write(to: URL(fileURLWithPath: victim))
        chmod(folder.path, 0o777)
        chmod(victim, 0o666)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = user == "same" ? probe : URL(fileURLWithPath: setpriv)
        let asOther =
            user == "same" ? [] : ["--reuid=65534", "--regid=65534", "--clear-groups", probe.path]
        process.arguments =
            asOther + [input.replacingOccurrences(of: "VICTIM", with: victim), nets, folder.path]
            + (early ? ["early"] : [])
        process.environment = ["OPENBLAS_NUM_THREADS": "1"]
        process.standardOutput = pipe
        try process.start()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
            .map { $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }
        return Trial(
            missing: lines.first { $0.first == "missing" }?.last ?? "nothing was said",
            attempts: lines.filter { $0.count == 4 }.map {
                Attempt(thread: $0[0], group: $0[1], name: $0[2], error: Int32($0[3]) ?? -1)
            },
            victim: try? String(contentsOfFile: victim, encoding: .utf8))
    }

    /// Calls that are newer than seccomp's list: said not to exist, so that libraries do without.
    static let unknown: Set = ["pidfd", "pidfd-signal", "clone3", "io_uring"]

    static func isRefused(_ attempt: Attempt) -> Bool {
        attempt.error == (unknown.contains(attempt.name) ? ENOSYS : EPERM)
    }

    @Test(.enabled(if: hasLandlock, lacksLandlock), arguments: ["tcp://127.0.0.1:9", "VICTIM"], users)
    func nothingButReadingIsLeft(_ input: String, _ user: String) throws {
        let trial = try Self.run(input, user: user)
        #expect(trial.missing == "")
        #expect(Set(trial.attempts.map(\.thread)) == ["main", "later"])
        #expect(trial.of("files").count == 24 && trial.of("calls").count > 100)
        for attempt in trial.of("files") {
            #expect([EACCES, EPERM].contains(attempt.error), "\(attempt)")
        }
        for attempt in trial.of("calls") { #expect(Self.isRefused(attempt), "\(attempt)") }
        for attempt in trial.of("needed") { #expect(attempt.error == 0, "\(attempt)") }
        for attempt in trial.of("read") {
            #expect(attempt.error == (input == "VICTIM" ? 0 : EACCES), "\(attempt)")
        }
        #expect(trial.victim == "journal\n")
    }

    /// Landlock by itself, without the help of seccomp.
    @Test(.enabled(if: hasLandlock, lacksLandlock), arguments: users) func filesAreOutOfReach(_ user: String)
        throws
    {
        let trial = try Self.run("tcp://127.0.0.1:9", nets: "privileges,files", user: user)
        #expect(trial.missing == "" && !trial.of("files").isEmpty)
        for attempt in trial.of("files") {
            #expect([EACCES, EXDEV].contains(attempt.error), "\(attempt)")
        }
        #expect(trial.victim == "journal\n")
    }

    /// seccomp by itself, without the help of Landlock; on threads that were there before, too.
    @Test(arguments: users) func callsAreOutOfReach(_ user: String) throws {
        let trial = try Self.run("tcp://127.0.0.1:9", nets: "privileges,calls", user: user, early: true)
        #expect(trial.missing == "")
        #expect(Set(trial.attempts.map(\.thread)) == ["main", "later", "early"])
        for attempt in trial.of("calls") { #expect(Self.isRefused(attempt), "\(attempt)") }
        #expect(trial.victim == "journal\n")
    }

    /// A thread that Landlock does not hold is told.
    @Test(.enabled(if: hasLandlock, lacksLandlock)) func anEarlierThreadIsTold() throws {
        let trial = try Self.run("tcp://127.0.0.1:9", early: true)
        #expect(trial.missing == "threads")
        #expect(trial.error("early", "files", "passwords") == 0)
    }

    /// The superuser's capabilities are gone, and new ones cannot be had. As an ordinary user there are none.
    @Test(.enabled(if: geteuid() == 0)) func capabilitiesAreGone() throws {
        let before = try Self.run("tcp://127.0.0.1:9", nets: "none")
        let after = try Self.run("tcp://127.0.0.1:9", nets: "privileges")
        for name in ["raw", "packet"] where before.error("main", "calls", name) == 0 {
            #expect(after.error("main", "calls", name) == EPERM)
        }
        #expect(after.error("main", "files", "passwords") == 0)
    }

    /// What could not be had stands in status and metrics.
    @Test func statusTells() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        var status = FeedStatus(feed: "f", now: 0)
        await outlet.status(status)
        var metrics = try await rig.page("/metrics")
        #expect(!metrics.body.contains("scened_feed_confined{"))
        for (gaps, value) in [(ConfinementGaps(), 1), ([.files, .threads], 0)] {
            status.unconfined = gaps
            await outlet.status(status)
            metrics = try await rig.page("/metrics")
            #expect(metrics.body.contains("\nscened_feed_confined{feed=\"f\"} \(value)\n"))
        }
        let feeds = try await rig.page("/v1/feeds")
        #expect(feeds.body.contains("\"unconfined\":[\"files\",\"threads\"]"))
        await rig.service.stop()
    }

    /// Without any net, the same program does what it likes: else the tests above would show nothing.
    @Test func withoutNetsAllIsPossible() throws {
        let trial = try Self.run("tcp://127.0.0.1:9", nets: "none")
        for name in ["passwords", "write", "cut", "create", "rename", "remove"] {
            #expect(trial.error("main", "files", name) == 0, "\(name)")
        }
        for name in ["mode", "kill", "tgkill", "sigqueue", "fork", "setown", "prlimit-self", "socketpair"] {
            #expect(trial.error("main", "calls", name) == 0, "\(name)")
        }
    }

    /// An input has the sockets that it needs and no others.
    @Test(arguments: [
        ("VICTIM", []), ("unix:/tmp/x", ["unix"]), ("http://127.0.0.1/", ["stream", "datagram"]),
        ("rtmp://127.0.0.1/live/a", ["stream", "datagram"]),
        ("udp://127.0.0.1:9", ["stream", "datagram", "bind"]),
        ("rtsp://127.0.0.1/live", ["stream", "datagram", "bind"]),
        ("srt://127.0.0.1:9?mode=listener", ["stream", "datagram", "bind", "listen", "accept"]),
        ("tcp://127.0.0.1:9?listen", ["stream", "datagram", "bind", "listen", "accept"]),
        ("rtmp://127.0.0.1/live/a?listen=1", ["stream", "datagram", "bind", "listen", "accept"]),
        ("tcp://127.0.0.1:9?listen=0", ["stream", "datagram"]),
    ])
    func socketsAreThoseOfTheInput(_ input: String, _ allowed: [String]) throws {
        let trial = try Self.run(input)
        for attempt in trial.of("network") {
            #expect(attempt.error == (allowed.contains(attempt.name) ? 0 : EPERM), "\(attempt)")
        }
    }

    /// A playlist's pieces stand beside it, whatever it is called.
    @Test(arguments: [
        ("l.m3u", "#EXTM3U\n", true), ("LIST", "<?xml?><MPD>", true), ("a.m3u8", "film", false),
    ])
    func playlistsMayReadTheirFolder(name: String, text: String, isPlaylist: Bool) throws {
        try Files.temporary([name: text]) { folder in
            let file = folder + "/" + name
            let paths = WorkerConfinement(input: FeedAddress(file)).readablePaths
            #expect(paths == [isPlaylist ? folder : file])
        }
    }
}
