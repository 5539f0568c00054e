import EventDelivery
import EventJournal
import FeedRuntime
import Foundation
import Logging
import NIOCore
import NIOPosix
import Platform
import SceneEvents
import Synchronization
import Timeline

/// The feeds: three shots and a heartbeat in turn. An event's last instant is the moment at which it was
/// told, in milliseconds since 1970, so that readers know how late they are.
struct FeedCrowd {
    let state: String
    let feeds: Int
    /// Events of a feed in a thousand seconds.
    let rate: Int
    let seconds: Int
    /// Each feed has a sink, which counts what it takes.
    let hasSinks: Bool
    private let files: any DurableFiles

    /// As in the service: some threads for the disk, one for the network.
    private let journalGroup: MultiThreadedEventLoopGroup
    private let networkGroup = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    /// `syncTime`: microseconds that a sync takes at least; 0 as long as the disk takes.
    init(
        state: String, feeds: Int, rate: Int, seconds: Int, threads: Int, hasSinks: Bool, syncTime: UInt32
    ) {
        files = syncTime > 0 ? SlowDisk(syncTime: syncTime) : PosixFiles()
        (self.state, self.feeds, self.rate, self.seconds) = (state, feeds, rate, seconds)
        self.hasSinks = hasSinks
        journalGroup = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    }

    private struct Tally: Sendable {
        var written = 0
        var delays: [Double] = []
        var failures: [String] = []
    }

    /// Opens the journals, waits for a line on standard input, and tells events for so long. Prints one JSON
    /// object when all are on disk, or cannot be.
    func run() async throws {
        Self.allowFiles()
        let files = files
        let lock = StateLock(state: state, files: files)
        try lock.take()
        let directory = EventDirectory()
        let board = ServiceBoard()
        let log = Logger(label: "study") { _ in SwiftLogNoOpLogHandler() }
        let opening = WallClock.monotonicSeconds()
        var outlets: [FeedOutlet] = []
        for number in 0..<feeds {
            let name = "f" + String(100_000 + number).dropFirst()
            outlets.append(
                FeedOutlet(
                    feed: name,
                    journal: FeedJournal(
                        JournalLayout(state: state, feed: name), limits: JournalLimits(), lock: lock,
                        files: files
                    ) { RunIdentity.make() }, files: files, journalLoop: journalGroup.next(),
                    directory: directory,
                    board: board, log: log))
        }
        directory.settle()
        let counter = Counter()
        if hasSinks {
            for outlet in outlets {
                let runner = SinkRunner(
                    name: "counter", feed: outlet.feed, sink: counter, types: nil, directory: directory,
                    files: files, board: board, log: log, cursorFile: nil, retryCap: 30)
                Task { await runner.run() }
            }
        }
        for outlet in outlets { try await outlet.append([Self.start(run: outlet.run)]) }
        let opened = WallClock.monotonicSeconds() - opening
        let book = ConnectionBook(readerLimit: 1000, visitorLimit: 64, patience: 30) { _ in }
        let server = SocketServer(
            address: .unix(path: "\(state)/events.sock"), directory: directory, files: files, book: book,
            log: log)
        let socket = try await server.open(on: networkGroup, inherited: InheritedSockets(environment: [:]))
        let serving = Task { try? await server.serve(socket) }
        print("{\"feeds\":\(feeds),\"opened_in\":\(opened)}")
        fflush(nil)
        _ = readLine()
        let told = await tell(outlets)
        let result = told.tally
        let sunk = await counter.wait(for: hasSinks ? feeds + result.written : 0)
        let delays = result.delays.sorted()
        func share(_ share: Double) -> Double {
            delays.isEmpty ? 0 : delays[min(delays.count - 1, Int(share * Double(delays.count)))]
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func spent(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        print(
            """
            {"told":\(told.events),"on_disk":\(result.written),"seconds":\(told.seconds),"disk_median":\(share(0.5)),\
            "disk_p99":\(share(0.99)),"sunk":\(sunk.events),"sunk_after":\(sunk.seconds),\
            "disk_most":\(share(1)),"processor":\(spent(usage.ru_utime) + spent(usage.ru_stime)),\
            "memory":\(usage.ru_maxrss * 1024),"failures":\(result.failures.count),\
            "failure":"\(result.failures.first ?? "")"}
            """)
        fflush(nil)
        // Readers take what is left.
        _ = readLine()
        serving.cancel()
        exit(0)
    }

    /// Tells events at their times, feeds in turn, and returns once all are on disk. Feeds wait for nobody;
    /// but a disk that is half a minute behind is given up.
    private func tell(_ outlets: [FeedOutlet]) async -> (events: Int, seconds: Double, tally: Tally) {
        let box = Box()
        let begun = WallClock.monotonicSeconds()
        let perSecond = Double(feeds * rate) / 1000
        var next = 0
        await withDiscardingTaskGroup { tasks in
            while true {
                let now = WallClock.monotonicSeconds() - begun
                guard now < Double(seconds) else { break }
                let due = Int(now * perSecond)
                while next < due {
                    let outlet = outlets[next % feeds]
                    let turn = next / feeds
                    next += 1
                    tasks.addTask {
                        let start = WallClock.monotonicSeconds()
                        do {
                            try await outlet.append([Self.event(turn, of: outlet.feed)])
                            let spent = WallClock.monotonicSeconds() - start
                            box.tally.withLock {
                                $0.written += 1
                                $0.delays.append(spent)
                            }
                        } catch {
                            box.tally.withLock { $0.failures.append("\(error)") }
                        }
                    }
                }
                if next - box.tally.withLock({ $0.written }) > Int(perSecond * 30) { break }
                try? await Task.sleep(nanoseconds: 5_000_000)
            }
        }
        return (next, WallClock.monotonicSeconds() - begun, box.tally.withLock { $0 })
    }

    /// A sink that takes whatever comes.
    private final class Counter: EventSink {
        let batchLimit = 1000
        private let count = Mutex(0)

        func deliver(_ batch: EventFollower.Batch) async throws {
            count.withLock { $0 += batch.lines.count }
        }

        /// Waits until so many events have come, for a minute at most.
        func wait(for events: Int) async -> (events: Int, seconds: Double) {
            let begun = WallClock.monotonicSeconds()
            while true {
                let (now, count) = (WallClock.monotonicSeconds() - begun, count.withLock { $0 })
                if count >= events || now > 60 { return (count, now) }
                try? await Task.sleep(nanoseconds: 2_000_000)
            }
        }
    }

    private final class Box: Sendable {
        let tally = Mutex(Tally())
    }

    private static let clock = MediaClock(timeBase: TimeBase(numerator: 1, denominator: 1000), startPTS: 0)

    private static func start(run: String) -> Event {
        .streamStart(
            StreamStart(
                version: "0", input: "study", feed: "study", run: run, timeline: 0,
                media: MediaSummary(
                    container: "mpegts", codec: "h264", width: 1920, height: 1080, clock: clock),
                options: [],
                model: ModelSummary(scorer: "coherence", encoder: "descriptor-1", neighborCount: 8),
                delayBound: 115_360_000, detectorLag: 5_200_000, decoderDelay: 2, build: [],
                wall: WallClock.timestamp()))
    }

    private static func event(_ turn: Int, of feed: String) -> Event {
        let now = Int64(WallClock.unixSeconds() * 1000)
        let end = Instant(pts: now, frame: Int64(turn + 1) * 100)
        let start = Instant(pts: now - 4000, frame: Int64(turn) * 100)
        if turn % 4 == 3 {
            return .heartbeat(
                Heartbeat(
                    state: .running, reason: nil, at: end, lag: 0.02, opens: 1, bytes: 1_000_000,
                    packets: 1000,
                    pictures: 1000, unixMilliseconds: now, wall: WallClock.timestamp()))
        }
        let part = PartSummary(index: turn, start: start, end: end, keyFrames: [start, end])
        return .shot(
            Shot(
                index: turn, start: start, end: end, transition: Transition(kind: .cut, score: Score(1)),
                parts: [part]))
    }

    /// A journal holds a file open for each feed.
    private static func allowFiles() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
