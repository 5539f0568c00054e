import Dispatch
import Foundation
import SceneService
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
        #expect(asked == [.loopFilter, .pictures, .keyFrames])
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
        #expect((DescriptorBudget.warning(for: configuration) != nil) == (DescriptorBudget.most < 565))
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
