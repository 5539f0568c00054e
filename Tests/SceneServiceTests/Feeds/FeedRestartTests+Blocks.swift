import BlockSegmentation
import FeedRuntime
import EventJournal
import SceneEvents
import ScenePipeline
import Testing
import Timeline

extension FeedRestartTests {
    /// Killed behind any message, with a checkpoint or without, during a short outage or a long one: blocks
    /// go on behind the gap, and the one that was open ends with the pictures, without a probability. Killed
    /// again soon behind it, before any other block was told, too: one gap then follows another.
    @Test(arguments: [3, 200] as [Double], [false, true])
    func blocksGoOn(outage: Double, hasCheckpoint: Bool) throws {
        var options = FeedRig.options()
        options.blocks = BlockOptions()
        options.blocks?.delay = 15
        let messages = try FeedRig.messages("cuts.ts", options)
        let clock = try #require(FeedRig.clock(of: messages))
        var (again, ended) = (0, 0)
        counts: for count in stride(from: 3, to: messages.count, by: 17) {
            var session = FeedRig.session(options)
            var told = [Self.start(clock, findsBlocks: true)]
            var now = 0.0
            for life in 0..<2 {
                for message in messages.prefix(life == 0 ? count : 5) {
                    told += try session.take(message, now: now)
                    now += 0.04
                }
                told += session.pause(reason: .stall)
                told.append(Self.heartbeat(at: session.position, now: now))
                var writer = EventWriter()
                let record = Self.record(told.map { writer.line($0) })
                guard let checkpoint = session.checkpoint, !record.isClosed else { continue counts }
                again += life
                #expect(RunRecord(file: record.file) == record)
                session = FeedRig.session(options)
                let wall = Int64(((now + outage) * 1000).rounded())
                told +=
                    hasCheckpoint
                    ? try session.resume(checkpoint, record, now: now + outage, unixMilliseconds: wall)
                    : session.resume(record, now: now + outage, unixMilliseconds: wall)
                now += outage
            }
            told += try Self.rest(of: messages, &session, now: now)
            let blocks = told.compactMap { if case .block(let block) = $0 { block } else { nil } }
            let gap = told.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }.first
            // Killed before anything was told of a part, the stream begins with the gap.
            let isBegun = gap?.start.pts != clock.startPTS
            ended += isBegun ? 1 : 0
            #expect(blocks.contains { $0.probability == nil } || !isBegun)
            #expect(blocks.last?.probability != nil)
            var lines = EventWriter()
            var check = EventStreamCheck()
            var faults: [EventStreamCheck.Fault] = []
            for event in told { faults += check.push(line: Array(lines.line(event).utf8.dropLast())[...]) }
            faults += check.finish()
            #expect(faults.filter { $0.text.contains("block") }.isEmpty, "message \(count): \(faults)")
            let scenes = told.compactMap { if case .scene(let scene) = $0 { scene } else { nil } }
            #expect(scenes.allSatisfy { $0.block != nil } && !scenes.isEmpty)
        }
        #expect(again > 10 && ended > 10)
    }
}
