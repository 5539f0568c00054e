internal import FeedRuntime
import SceneEvents
import Timeline

/// A feed for the person at a terminal: rows of its scenes, lines on what happens to it, and a line that
/// shows how it stands.
actor FeedView: WatchOutlet {
    private let output: LineOutput
    private let line: StatusLine
    private var table = SceneTable()
    private var clock = MediaClock.secondsOnly
    private(set) var failure: CommandFailure?

    /// - Parameters:
    ///   - output: where rows and lines go.
    ///   - showsState: standard error is a terminal, too, and nobody asked for silence.
    init(output: consuming LineOutput, showsState: Bool) {
        self.output = output
        line = StatusLine(isShown: showsState)
    }

    func append(_ events: [Event]) async throws {
        for event in events {
            guard let text = text(of: event) else { continue }
            do throws(CommandFailure) {
                try output.write(text)
            } catch {
                failure = error
                throw error
            }
        }
    }

    func status(_ status: FeedStatus) async {
        line.show(Self.text(of: status))
    }

    /// What is shown of an event; nil for what the rows of scenes say already.
    private func text(of event: Event) -> String? {
        switch event {
        case .streamStart(let start):
            clock = start.media.clock
            let bound = start.delayBound.map {
                "scenes are certain at most \(ClockText.hours(Double($0) / 1e6)) after their end"
            }
            let media = "\(start.media.codec) \(start.media.width)x\(start.media.height)"
            return "\(start.input): \(media)" + (bound.map { "; \($0)" } ?? "") + "\n"
        case .scene(let scene): return table.add(scene, clock: clock)
        case .gap(let gap):
            let length = clock.timeBase.seconds(gap.end.pts - gap.start.pts)
            return note(gap.start, "no pictures for \(ClockText.hours(length)): \(gap.reason.rawValue)")
        case .streamChange(let change):
            return note(
                change.at, "pictures are \(change.codec) \(change.size.width)x\(change.size.height) now")
        case .feedState(let state): return note(state.at, "pictures are \(state.kind.rawValue)")
        case .degraded(let relief), .recovered(let relief):
            let leftOut = relief.leftOut.names.joined(separator: ", ")
            return note(
                relief.at,
                leftOut.isEmpty ? "the machine keeps up again" : "the machine is busy; left out: \(leftOut)")
        case .block(let block):
            let end = ClockText.hours(clock.seconds(at: block.end.pts))
            let next = block.next.map { ", then \($0.words)" } ?? ""
            return note(block.start, "\(block.kind.words) until \(end)\(next)")
        case .novelty(let novelty):
            return note(
                novelty.at, novelty.state == .new ? "something new is on" : "what is on is usual again")
        case .cue(let cue): return note(cue.at, cue.message.text)
        case .streamEnd(let end): return note(end.at, "ended: \(end.reason.rawValue)")
        case .cut, .shot, .score, .boundary, .watermark, .heartbeat: return nil
        }
    }

    private func note(_ instant: Instant, _ text: String) -> String {
        "     \(ClockText.hours(clock.seconds(at: instant.pts)))  \(text)\n"
    }

    private static func text(of status: FeedStatus) -> String {
        var text = status.state.rawValue
        if let seconds = status.lastSeconds { text += "  \(ClockText.hours(seconds))" }
        if let lag = status.lag { text += "  \(ClockText.short(max(lag, 0))) behind" }
        if status.reconnects > 0 { text += "  \(status.reconnects) reconnections" }
        if let trouble = status.trouble { text += "  \(trouble)" }
        return String(text.prefix(200))
    }
}

extension Block.Kind {
    /// What a person reads of it.
    fileprivate var words: String { self == .ident ? "station ident" : rawValue }
}

extension CueMessage {
    /// What a person reads of it.
    fileprivate var text: String {
        let what =
            switch kind {
            case .chapter: title.map { "chapter \($0)" } ?? "chapter"
            case .spliceInsert, .timeSignal:
                segmentation.map { $0.name ?? "segmentation type \($0.type)" } ?? kind.rawValue
            }
        let way = direction.map { ", \($0.rawValue)" } ?? ""
        let number = eventID.map { ", event \($0)" } ?? ""
        return "cue: \(what)\(way)\(number)\(isCancelled ? ", cancelled" : "")"
    }
}
