internal import EventDelivery
internal import FeedRuntime
internal import Platform
internal import Logging
internal import Timeline

/// A feed waits because it cannot have what it needs to begin: told once for each reason, tried again and
/// again.
struct FeedShortage {
    private let feed: String
    private let board: ServiceBoard
    private let log: Logger
    private var backoff = Backoff(first: 1, cap: 10)
    private var told: String?

    init(_ feed: String, board: ServiceBoard, log: Logger) {
        self.feed = feed
        self.board = board
        self.log = log
    }

    /// Waits until it may be tried again, or until `isWanted` is false.
    mutating func wait(_ error: any Error, while isWanted: () -> Bool) async {
        let reason = "\(ResourceShortage(error).map(\.description) ?? "\(error)")"
        if told != reason {
            told = reason
            let now = WallClock.monotonicSeconds()
            log.error("cannot begin, will try again", metadata: ["reason": "\(reason)"])
            board.update(feed) { entry in
                // What it had come to stays counted.
                var status = entry.status ?? FeedStatus(feed: feed, now: now)
                (status.state, status.since, status.trouble) = (.backoff, now, reason)
                entry.status = status
                entry.shortage = reason
            }
        }
        var generator = SystemRandomNumberGenerator()
        let until = WallClock.monotonicSeconds() + backoff.next(using: &generator)
        while isWanted(), WallClock.monotonicSeconds() < until {
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// It has begun.
    mutating func end() {
        guard told != nil else { return }
        told = nil
        backoff.reset()
        log.notice("can begin now")
        board.update(feed) { entry in
            entry.shortage = nil
            entry.status?.trouble = nil
        }
    }
}

extension ResourceShortage {
    /// nil for errors of another kind.
    init?(_ error: any Error) {
        switch error {
        case let shortage as ResourceShortage: self = shortage
        case let error as DurableFileError: self.init(code: error.code)
        default: return nil
        }
    }
}
