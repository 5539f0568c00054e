import FeedRuntime
import MediaInput
import SceneEvents
import ScenePipeline
import SceneSegmentation
import TestSupport
import Testing
import Timeline

/// A feed's stream without processes: what workers tell of a clip, and what its events must keep to.
enum FeedRig {
    static func options(deadline: Double? = nil) -> SegmentOptions {
        var options = SegmentOptions()
        options.split = .ticks
        options.splitAfter = 2
        options.minimumScene = 1
        options.neighborCount = 2
        options.threshold = 0.2
        options.deadline = deadline
        options.intraShot = true
        return options
    }

    /// What a worker tells of a clip.
    static func messages(
        _ clip: String, _ options: SegmentOptions, _ input: EncoderInput = EncoderInput(.keyFrames(3)),
        thumbnail: Picture.View? = nil
    ) throws -> [WorkerMessage] {
        var media = MediaOptions()
        media.views = input.views
        if let thumbnail { media.views.insert(thumbnail) }
        let specification = WorkerSpecification(
            input: Fixtures.path(clip), media: media, options: options, sampling: input.sampling)
        let reader = try MediaReader(
            .url(specification.input), options: specification.media, stop: StopFlag())
        var messages = [
            WorkerMessage.opened(reader.summary, decoderDelay: reader.decoderDelay, clock: .unknown)
        ]
        var reporter = PartReporter(specification, media: reader.summary)
        while let item = reader.next() {
            switch item {
            case .picture(let picture): reporter.push(picture) { messages.append($0) }
            case .gap(let gap): reporter.push(gap) { messages.append($0) }
            case .cue(let cue): messages.append(.cue(cue))
            case .sound(let frame): reporter.push(frame)
            }
        }
        reporter.finish { messages.append($0) }
        return messages + [.ending(.end)]
    }

    static func session(_ options: SegmentOptions) -> FeedSession {
        FeedSession(options: options, model: ChosenModel(neighborCount: options.neighborCount))
    }

    /// The events as lines, behind a `stream_start` that only gives the clock.
    static func lines(_ events: [Event], clock: MediaClock) -> [String] {
        var writer = EventWriter()
        let start = StreamStart(
            version: "", input: "", feed: "", run: "", timeline: 0,
            media: MediaSummary(container: "", codec: "", width: 1, height: 1, clock: clock), options: [],
            model: ModelSummary(scorer: "", encoder: "", neighborCount: 1), delayBound: nil, detectorLag: 0,
            decoderDelay: 0, build: [], wall: "")
        writer.skip(.streamStart(start))
        return events.map { writer.line($0) }
    }

    static func clock(of messages: [WorkerMessage]) -> MediaClock? {
        for case .opened(let media, _, _) in messages { return media.clock }
        return nil
    }

    /// Scenes and gaps, and shots and gaps, tile the timeline; no event lies before an earlier watermark.
    static func checkTiles(
        _ events: [Event], clock: MediaClock, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var shots = clock.startPTS
        var scenes: [(Int64, Int64)] = []
        var watermark = Int64.min
        var end: Int64?
        for event in events {
            switch event {
            case .shot(let shot):
                #expect(shot.start.pts == shots, sourceLocation: sourceLocation)
                #expect(shot.parts.first?.start.pts == shots && shot.parts.last?.end == shot.end)
                shots = shot.end.pts
            case .gap(let gap):
                #expect(gap.start.pts == shots, sourceLocation: sourceLocation)
                #expect(gap.end.pts >= watermark)
                shots = gap.end.pts
                scenes.append((gap.start.pts, gap.end.pts))
            case .scene(let scene):
                #expect(scene.end.pts >= watermark, sourceLocation: sourceLocation)
                scenes.append((scene.start.pts, scene.end.pts))
            case .watermark(let at):
                #expect(at.pts > watermark)
                watermark = at.pts
            case .streamEnd(let stream): end = stream.at.pts
            default: break
            }
        }
        #expect(shots == end, sourceLocation: sourceLocation)
        var place = clock.startPTS
        for (start, end) in scenes.sorted(by: { $0 < $1 }) {
            #expect(start == place, sourceLocation: sourceLocation)
            place = end
        }
        #expect(place == end, sourceLocation: sourceLocation)
    }

    /// A worker's messages with all its times moved.
    static func moved(_ message: WorkerMessage, by ticks: Int64) -> WorkerMessage {
        func moved(_ at: Instant) -> Instant {
            Instant(pts: at.pts + ticks, frame: at.frame, timecode: at.timecode)
        }
        func moved(_ part: Part) -> Part {
            var part = part
            part.start = moved(part.start)
            part.end = moved(part.end)
            if let mixed = part.entry?.mixed {
                part.entry?.mixed = moved(mixed.lowerBound)...moved(mixed.upperBound)
            }
            for index in part.keyFrames.indices { part.keyFrames[index].at = moved(part.keyFrames[index].at) }
            return part
        }
        switch message {
        case .opened(var media, let delay, let clock):
            media.clock.startPTS += ticks
            return .opened(media, decoderDelay: delay, clock: clock)
        case .part(let part, let now): return .part(moved(part), now: moved(now))
        case .open(let part): return .open(moved(part))
        case .shot(var shot):
            shot.start = moved(shot.start)
            shot.end = moved(shot.end)
            return .shot(shot)
        case .advance(var advance):
            advance.now = moved(advance.now)
            advance.end = moved(advance.end)
            advance.horizon += ticks
            return .advance(advance)
        default: return message
        }
    }
}
