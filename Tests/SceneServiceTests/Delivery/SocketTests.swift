import TestSupport
import SceneService
import SceneEvents
import Platform
import FeedRuntime
import EventJournal
import EventDelivery
import Testing
import Timeline

@Suite struct SocketTests {
    @Test func replaysAndThenFollows() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        try await rig.lines("{\"after\":\"start\",\"feed\":\"f\"}") { lines in
            do {
                let got = try await lines.sequences(2)
                #expect(got == [1, 2])
            }
            try await outlet.append([SampleEvents.scene(1)])
            do {
                let got = try await lines.sequences(1)
                #expect(got == [3])
            }
        }
        try await rig.lines("{\"after\":\"\(outlet.run):2\",\"feed\":\"f\"}") { lines in
            do {
                let got = try await lines.sequences(1)
                #expect(got == [3])
            }
        }
        await rig.service.stop()
    }

    @Test func severalFeedsComeInEnvelopesAndTypesAreChosen() async throws {
        let rig = try await DeliveryRig()
        let (first, second) = (try await rig.outlet("a", run: 1), try await rig.outlet("b", run: 2))
        try await first.append([SampleEvents.start(feed: "a", run: first.run), SampleEvents.scene(0)])
        try await second.append([SampleEvents.start(feed: "b", run: second.run), SampleEvents.scene(0)])
        try await rig.lines("{\"after\":\"start\",\"types\":[\"scene\"]}") { lines in
            let got = try await lines.next(2)
            #expect(
                got[0].hasPrefix(
                    "{\"feed\":\"a\",\"cursor\":\"\(first.run):2\",\"event\":{\"v\":1,\"type\":\"scene\""))
            #expect(got[1].hasPrefix("{\"feed\":\"b\",\"cursor\":\"\(second.run):2\""))
        }
        await rig.service.stop()
    }

    @Test func aCursorThatIsGoneIsAnsweredWithTheOldest() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.lines("{\"after\":\"00000000000000000000000000:7\",\"feed\":\"f\"}") { lines in
            let got = try await lines.next(2)
            #expect(
                got[0]
                    == "{\"v\":1,\"type\":\"cursor_expired\",\"feed\":\"f\",\"oldest\":\"\(outlet.run):0\"}")
            #expect(got[1].contains("stream_start"))
        }
        await rig.service.stop()
    }

    /// Clients that connect while the service stops are not served, and end nothing.
    @Test func whoConnectsWhileItStopsIsLeftAlone() async throws {
        for _ in 0..<40 {
            let rig = try await DeliveryRig()
            let path = rig.socketPath
            let service = rig.service
            let connect: @Sendable () async -> Void = {
                for _ in 0..<6 {
                    try? await DeliveryRig.exchange(.unix(path: path), "{}\n") { lines in
                        _ = try await lines.next()
                    }
                }
            }
            await withDiscardingTaskGroup { tasks in
                for _ in 0..<8 { tasks.addTask(operation: connect) }
                tasks.addTask { await service.stop() }
            }
        }
    }

    /// What `scened events --socket` does: the service goes and comes back, and nothing is missing or
    /// doubled.
    @Test func aClientGoesOnAfterTheServiceRestarts() async throws {
        let folder = try TemporaryFolder()
        let (lines, sink) = AsyncStream.makeStream(of: [UInt8].self)
        var rig = try await DeliveryRig(in: folder)
        var outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run), SampleEvents.scene(0)])
        let client = ServiceClient(.unix(path: rig.socketPath))
        let reading = Task {
            try await client.follow(after: "start", feed: nil, types: ["scene"], envelope: false) {
                sink.yield($0)
            }
        }
        var received = lines.makeAsyncIterator()
        var text = ""
        func receive(_ count: Int) async {
            while text.split(separator: "\n").count < count, let bytes = await received.next() {
                text += String(decoding: bytes, as: UTF8.self)
            }
        }
        await receive(1)
        await rig.service.stop()
        rig = try await DeliveryRig(in: folder)
        outlet = try await rig.outlet()
        if case .streamStart(let start) = SampleEvents.start(run: outlet.run) {
            try await outlet.goOn(as: start)
        }
        try await outlet.append([SampleEvents.scene(1), SampleEvents.boundary(2), SampleEvents.scene(2)])
        await receive(3)
        let numbers = text.split(separator: "\n").map { $0.split(separator: ",")[2] }
        #expect(numbers == ["\"seq\":2", "\"seq\":3", "\"seq\":5"])
        reading.cancel()
        _ = await reading.result
        await rig.service.stop()
    }

    @Test(arguments: [
        "nonsense", "{\"after\":\"yesterday\"}", "{\"feed\":\"../x\"}", "{\"types\":[\"sound\"]}",
    ])
    func refusesWhatIsNoRequest(_ request: String) async throws {
        let rig = try await DeliveryRig()
        try await rig.lines(request) { lines in
            let answer = try await lines.next(2)
            #expect(answer.count == 1)
            #expect(answer[0].hasPrefix("{\"v\":1,\"type\":\"error\",\"reason\":"))
        }
        await rig.service.stop()
    }

    /// A reader that never reads holds up neither the feed nor another reader.
    @Test func aReaderThatDoesNotReadHoldsUpNobody() async throws {
        let rig = try await DeliveryRig()
        let outlet = try await rig.outlet()
        try await outlet.append([SampleEvents.start(run: outlet.run)])
        try await rig.lines("{\"after\":\"start\",\"feed\":\"f\"}") { _ in
            for block in 0..<20 {
                try await outlet.append((0..<500).map { SampleEvents.scene(block * 500 + $0) })
            }
            try await rig.lines("{\"after\":\"start\",\"feed\":\"f\"}") { lines in
                do {
                    let got = try await lines.sequences(10_001)
                    #expect(got == Array(1...10_001))
                }
            }
        }
        await rig.service.stop()
    }
}
