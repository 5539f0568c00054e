import CFFmpeg
import Timeline

/// The chapters that a container names, each until the pictures come to where it begins.
struct ChapterCues {
    /// In order of time, the next one last.
    private var waiting: [CueArrival]

    /// Chapters that are taken, and bytes of a title.
    private static let most = 10_000
    private static let longestTitle = 1000

    static let none = ChapterCues(waiting: [])

    private init(waiting: [CueArrival]) { self.waiting = waiting }

    /// `base`: ticks of the video's time stamps.
    init(of demuxer: Demuxer, in base: TimeBase) {
        let context = demuxer.context.pointee
        waiting = []
        for number in 0..<min(Self.most, Int(context.nb_chapters)) {
            guard let chapter = context.chapters[number]?.pointee, chapter.time_base.num > 0,
                chapter.time_base.den > 0, chapter.start.magnitude < 1 << 60,
                let scale = TickScale(
                    from: TimeBase(
                        numerator: Int64(chapter.time_base.num), denominator: Int64(chapter.time_base.den)),
                    to: base, rate: nil)
            else { continue }
            var message = CueMessage(kind: .chapter)
            message.title = av_dict_get(chapter.metadata, "title", nil, 0).map {
                let title = String(cString: $0.pointee.value).utf8.prefix(Self.longestTitle)
                return String(decoding: title, as: UTF8.self)
            }
            waiting.append(CueArrival(stamp: scale(chapter.start), message: message))
        }
        waiting.sort { $0.stamp ?? 0 > $1.stamp ?? 0 }
    }

    /// Those that begin at `stamp` or before, and were not given before.
    mutating func cues(upTo stamp: Int64?) -> [CueArrival] {
        guard let stamp else { return [] }
        var cues: [CueArrival] = []
        while let next = waiting.last, next.stamp ?? 0 <= stamp { cues.append(waiting.removeLast()) }
        return cues
    }

    /// Those that begin behind the last picture.
    mutating func rest() -> [CueArrival] {
        defer { waiting = [] }
        return waiting.reversed()
    }
}
