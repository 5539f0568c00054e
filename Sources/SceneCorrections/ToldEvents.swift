import SceneEvents
import Timeline

/// What a run told of shots, boundaries and scenes, gathered for those who correct it.
struct ToldEvents {
    /// Scenes without a gap between them: from the first one's start to the last one's end.
    struct Stretch {
        var start: Instant
        var end: Instant
        var endReason: SceneEnd
    }

    private(set) var start: StreamStart?
    private(set) var end: StreamEnd?
    /// In order of time.
    private(set) var shots: [Shot] = []
    /// Final boundaries by the `id` of their events.
    private(set) var finals: [String: Boundary] = [:]
    /// By PTS of their place; only where the run told them.
    private(set) var scores: [Int64: Score] = [:]
    private(set) var stretches: [Stretch] = []
    private var blocks: [Block] = []
    private var scenes: [Scene] = []

    init(_ events: [Event]) {
        // Follows the timelines, which are part of names.
        var names = EventWriter()
        for event in events {
            switch event {
            case .streamStart(let start): self.start = self.start ?? start
            case .streamEnd(let end): self.end = end
            case .shot(let shot): shots.append(shot)
            case .score(let score): scores[score.at.pts] = score.score
            case .boundary(let boundary):
                finals[names.identity(of: event)] = boundary.state == .final ? boundary : nil
            case .scene(let scene): scenes.append(scene)
            case .block(let block): blocks.append(block)
            default: break
            }
            names.skip(event)
        }
        shots.sort { $0.start < $1.start }
        scenes.sort { $0.start < $1.start }
        for scene in scenes {
            // A gap ends a scene even where it has no length (contract 13).
            if let last = stretches.last, last.endReason == .boundary, last.end.pts == scene.start.pts {
                stretches[stretches.count - 1].end = scene.end
                stretches[stretches.count - 1].endReason = scene.endReason
            } else {
                stretches.append(Stretch(start: scene.start, end: scene.end, endReason: scene.endReason))
            }
        }
    }

    /// Position in `shots` of the shot that lies at `pts`; nil in a gap. O(log shots).
    func shot(at pts: Int64) -> Int? {
        var (low, high) = (0, shots.count)
        while low < high {
            let middle = (low + high) / 2
            if shots[middle].start.pts <= pts { low = middle + 1 } else { high = middle }
        }
        guard low > 0, pts < shots[low - 1].end.pts else { return nil }
        return low - 1
    }

    /// The kind of block at `pts`: as decided, else as told of the scene that lies there; nil where nobody
    /// asked for blocks. O(blocks + scenes).
    func block(at pts: Int64) -> SceneBlock? {
        guard start?.blockDelayBound != nil else { return nil }
        if let block = blocks.first(where: { $0.start.pts <= pts && pts < $0.end.pts }) {
            return .kind(block.kind)
        }
        return scenes.first { $0.start.pts <= pts && pts < $0.end.pts }?.block ?? .unknown
    }

    /// Says what was found out of a scene as a whole: whether it was on before, by what it is found again,
    /// its tags. It holds while the scene begins and ends where it did; of others nothing can be said.
    /// O(scenes).
    func describe(_ scene: inout Scene) {
        let (start, end) = (scene.start.pts, scene.end.pts)
        let same = scenes.first { $0.start.pts == start && $0.end.pts == end }
        scene.vector = same?.vector
        scene.seen = scenes.contains { $0.seen != nil } ? same?.seen ?? .unknown : nil
        scene.tags = scenes.contains { $0.tags != nil } ? same?.tags ?? [] : nil
        scene.sentenceTags = scenes.contains { $0.sentenceTags != nil } ? same?.sentenceTags ?? [] : nil
    }

    /// Position in `stretches` of the one within which `pts` lies, its ends left out.
    func stretch(around pts: Int64) -> Int? {
        stretches.firstIndex { $0.start.pts < pts && pts < $0.end.pts }
    }
}
