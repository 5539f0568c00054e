import FeedRuntime
import Testing
import Timeline

@Suite struct FeedStatusTests {
    @Test func statesHaveTheNamesOfTheDocuments() {
        #expect(
            FeedStatus.State.allCases.map(\.rawValue) == [
                "idle", "resolving", "opening", "probing", "waiting_key", "running", "stalled", "broken",
                "degraded", "backoff", "draining", "ended",
            ])
    }

    /// A thread counts from 0; the feed goes on.
    @Test func countersGoOnBehindThoseOfTheThreadBefore() {
        var former = FeedStatus(feed: "f", now: 0)
        (former.opens, former.connections, former.failedOpens, former.reconnects) = (9, 4, 5, 3)
        (former.bytes, former.packets, former.pictures) = (Int64.max - 1, 100, 50)
        (former.damagedPictures, former.decodeErrors, former.repairedTimestamps) = (4, 3, 2)
        (former.lastPictureTime, former.lastEventTime, former.lag, former.state) = (7, 8, 9, .ended)
        var status = FeedStatus(feed: "f", now: 20)
        #expect(status.counted(behind: nil) == status)
        let begun = status.counted(behind: former)
        #expect([begun.opens, begun.connections, begun.failedOpens, begun.reconnects] == [9, 4, 5, 3])
        #expect([begun.bytes, begun.packets, begun.pictures] == [Int64.max - 1, 100, 50])
        #expect([begun.damagedPictures, begun.decodeErrors, begun.repairedTimestamps] == [4, 3, 2])
        #expect(begun.lastPictureTime == 7 && begun.lastEventTime == 8)
        // How it stands is how the thread that runs stands.
        #expect(begun.state == .idle && begun.since == 20 && begun.lag == nil)
        (status.opens, status.connections, status.failedOpens, status.reconnects) = (3, 1, 2, 0)
        (status.bytes, status.packets, status.pictures, status.lastPictureTime) = (2, 10, 5, 30)
        let later = status.counted(behind: former)
        #expect([later.opens, later.connections, later.failedOpens, later.reconnects] == [12, 5, 7, 3])
        #expect([later.bytes, later.packets, later.pictures] == [Int64.max, 110, 55])
        #expect(later.lastPictureTime == 30)
    }
}
