import SceneService
import FeedRuntime
import Dispatch
import Foundation
import Synchronization
import Testing
import Timeline

/// What a feed does where processor time, threads or descriptors are short.
@Suite struct ShortageTests {
    /// The worker keeps up, and what it tells waits: the feed's own thread is what falls behind.
    @Test func aFeedThatFallsBehindItsWorkerAsksForLess() {
        var watch = ShortageWatch()
        var asked: [Relief.Step] = []
        for second in 0..<60 {
            watch.noteWait(0.01)
            if let step = watch.push(now: Double(second), media: 0.6 * Double(second)) { asked.append(step) }
        }
        #expect(asked == [.loopFilter, .pictures, .groups, .keyFrames])
        #expect(watch.step == .keyFrames)
    }

    /// Waiting for the worker or for the disk is time to spare.
    @Test func aFeedThatWaitsAsksForNothing() {
        var watch = ShortageWatch()
        for second in 0..<60 {
            watch.noteWait(0.5)
            #expect(watch.push(now: Double(second), media: 0.6 * Double(second)) == nil)
        }
    }

    @Test func ordersGoOverTheWire() {
        let orders = [WorkerOrder.stop] + Relief.Step.allCases.map(WorkerOrder.leaveOut)
        for order in orders { #expect(WorkerOrder(message: order.message[...]) == order) }
        for length in 0..<4 {
            for first in UInt8.min...UInt8.max {
                let message = [first] + [UInt8](repeating: 200, count: length)
                let order = WorkerOrder(message: message[...])
                #expect(order == nil || orders.contains { $0.message == message })
            }
        }
    }

    @Test func aShortageIsNamedWithItsRemedy() {
        #expect(ResourceShortage(code: EMFILE) == .noDescriptor)
        #expect(ResourceShortage(code: ENFILE) == .noDescriptor)
        #expect(ResourceShortage(code: EAGAIN) == .noThread)
        #expect(ResourceShortage(code: ENOMEM) == .noMemory)
        #expect(ResourceShortage(code: ENOENT) == nil)
        for shortage in ResourceShortage.allCases {
            #expect(shortage.description.contains("raise ") && !shortage.description.contains("\n"))
        }
        // The system says the same of both.
        let noThread = ResourceShortage.noThread.description
        #expect(noThread.contains("TasksMax=") && noThread.contains("MemoryMax="))
    }

    @Test func descriptorsAreCounted() throws {
        var configuration = ServiceConfiguration()
        configuration.limits.clients = 10
        let none = DescriptorBudget.needed(by: configuration)
        let feeds = (0..<100).map { "  - {name: f\($0), input: 'tcp://127.0.0.1:1'}\n" }.joined()
        configuration = try ServiceConfiguration(
            yaml: "limits: {clients: 10}\nfeeds:\n\(feeds)", file: "a")
        let some = DescriptorBudget.needed(by: configuration)
        #expect(some >= none + 400)
        let webhook = "sinks: [{to: webhook, url: 'http://127.0.0.1:1/', name: w}]\n"
        configuration = try ServiceConfiguration(
            yaml: "limits: {clients: 10}\n\(webhook)feeds:\n\(feeds)", file: "a")
        #expect(DescriptorBudget.needed(by: configuration) == some + 100)
        configuration.limits.clients = 1
        #expect((DescriptorBudget.warning(for: configuration) != nil) == (DescriptorBudget.most < 705))
    }

    /// Whatever the limit, something is left for the service; and where all that is needed is allowed, feeds
    /// get it.
    @Test(arguments: [1, 64, 100, 256, 1024, 4096, 524_288])
    func feedsAndClientsLeaveSomeDescriptors(limit: Int) throws {
        for (clients, count) in [(1, 1), (64, 20), (64, 300), (5000, 40)] {
            let feeds = (0..<count).map { "  - {name: f\($0), input: 'tcp://127.0.0.1:1'}\n" }.joined()
            let configuration = try ServiceConfiguration(
                yaml: "limits: {clients: \(clients)}\n"
                    + "sinks: [{to: file, path: '/tmp/%f', name: w}]\nfeeds:\n\(feeds)",
                file: "a")
            let share = DescriptorBudget.shareOfFeeds(in: configuration, limit: limit)
            let places = DescriptorBudget.places(in: configuration, limit: limit)
            let servers = [configuration.http, configuration.socket].count { $0 != nil }
            #expect(places.readers >= 1 && places.visitors >= 1 && places.readers <= clients)
            if limit >= DescriptorBudget.least {
                #expect(share >= DescriptorBudget.needed(byFeed: "f0", of: configuration))
                #expect(share + servers * (places.readers + places.visitors) <= limit - 40)
            }
            if limit >= DescriptorBudget.needed(by: configuration) {
                #expect(share >= count * DescriptorBudget.needed(byFeed: "f0", of: configuration))
            }
        }
    }

    @Test func aFeedWaitsForItsShare() throws {
        var shares = DescriptorShares()
        try shares.set(5, for: "a", room: 11)
        try shares.set(5, for: "b", room: 11)
        #expect(throws: ResourceShortage.noDescriptor) { try shares.set(5, for: "c", room: 11) }
        #expect(shares.total == 10)
        // What a feed has it keeps, and less is never refused, even where the room has shrunk.
        try shares.set(5, for: "a", room: 2)
        try shares.set(1, for: "a", room: 2)
        #expect(throws: ResourceShortage.noDescriptor) { try shares.set(2, for: "a", room: 6) }
        #expect(shares.total == 6)
        try shares.set(5, for: "c", room: 11)
        shares.remove("b")
        shares.remove("nobody")
        #expect(shares.total == 6)
    }

    @Test func theTimeOfAStopIsTheWallClocks() throws {
        let forced = DispatchSemaphore(value: 0)
        let deadline = try StopDeadline { forced.signal() }
        deadline.begin(seconds: 0)
        forced.wait()
        let ended = DispatchSemaphore(value: 0)
        let orderly = try StopDeadline { ended.signal() }
        orderly.end()
        orderly.begin(seconds: 0)
        #expect(ended.wait(timeout: .now()) == .timedOut)
    }
}
