import SceneEvents
import Timeline

/// The boundaries and scenes of a run after its corrections.
struct CorrectedAnswers {
    /// In order of `at`: a boundary comes before the scene that it ends.
    private(set) var events: [(at: Int64, event: Event)] = []
    /// Final ones, for `stream_end`.
    private(set) var counts = (boundaries: 0, scenes: 0)

    private let told: ToldEvents
    private let clock: MediaClock
    /// nil where the run does not tell where its pictures lie.
    private let grid: PictureGrid?
    /// By PTS of their place.
    private var finals: [Int64: Boundary] = [:]
    private var removed: [Boundary] = []

    init(_ told: ToldEvents, _ corrections: [Correction], clock: MediaClock) throws(CorrectionError) {
        self.told = told
        self.clock = clock
        grid = PictureGrid(told, clock: clock)
        for boundary in told.finals.values {
            var boundary = boundary
            boundary.revision = 0
            finals[boundary.at.pts] = boundary
        }
        try apply(corrections)
        for boundary in finals.values where told.stretch(around: boundary.at.pts) != nil {
            events.append((boundary.at.pts, .boundary(boundary)))
            counts.boundaries += 1
        }
        for boundary in removed {
            var answer = boundary
            (answer.state, answer.revision) = (.provisional, 0)
            events.append((boundary.at.pts, .boundary(answer)))
            (answer.state, answer.revision, answer.review) = (.retracted, 1, .removed)
            events.append((boundary.at.pts, .boundary(answer)))
        }
        for stretch in told.stretches { tile(stretch) }
        events.sort { left, right in
            left.at != right.at ? left.at < right.at : left.event.rank < right.event.rank
        }
    }

    private mutating func apply(_ corrections: [Correction]) throws(CorrectionError) {
        var named: Set<String> = []
        var places: [(place: CorrectedPlace, review: BoundaryReview)] = []
        func boundary(_ id: String) throws(CorrectionError) -> Boundary {
            guard let boundary = told.finals[id] else { throw .unknown(id) }
            guard named.insert(id).inserted else { throw .twice(id) }
            return boundary
        }
        for correction in corrections {
            switch correction {
            case .confirm(let id): finals[try boundary(id).at.pts]?.review = .confirmed
            case .remove(let id): try remove(boundary(id))
            case .move(let id, let place):
                try remove(boundary(id))
                places.append((place, .moved))
            case .add(let place): places.append((place, .added))
            }
        }
        // What was removed is gone before anything takes its place.
        for (place, review) in places { try add(place, review) }
    }

    private mutating func remove(_ boundary: Boundary) {
        finals[boundary.at.pts] = nil
        removed.append(boundary)
    }

    private mutating func add(_ place: CorrectedPlace, _ review: BoundaryReview) throws(CorrectionError) {
        let name = "the boundary at \(Double(place.microseconds) / 1_000_000) s"
        guard let pts = picture(at: place), told.stretch(around: pts) != nil,
            let position = told.shot(at: pts)
        else { throw .outside(name) }
        guard finals[pts] == nil else { throw .twice(name) }
        // Where an answer was taken away and put back, it never left.
        if let index = removed.firstIndex(where: { $0.at.pts == pts }) {
            var boundary = removed.remove(at: index)
            (boundary.review, boundary.revision) = (review, 0)
            finals[pts] = boundary
            return
        }
        let shot = told.shots[position]
        let isCut = shot.start.pts == pts
        let score = told.scores[pts]
        finals[pts] = Boundary(
            at: isCut ? shot.start : instant(pts), kind: isCut ? .cut : .intraShot, state: .final,
            revision: 0, score: score ?? Score(1), threshold: threshold,
            transition: isCut ? shot.transition : nil, leftShot: isCut ? shot.index - 1 : shot.index,
            rightShot: shot.index, rightParts: 0, isComplete: score != nil, delay: 0, review: review)
    }

    /// The threshold of the run.
    private var threshold: Score {
        let option = told.start?.options.first { $0.name == "threshold" }
        return Score(option.flatMap { Double($0.literal) } ?? 0.5)
    }

    /// Ticks of the picture that `place` names: of one that is named by seconds alone, the nearest. nil where
    /// it counts in those of another clock.
    private func picture(at place: CorrectedPlace) -> Int64? {
        guard let pts = place.ticks(on: clock), place.pts == nil,
            let nearest = grid?.picture(nearest: pts)?.pts
        else { return place.ticks(on: clock) }
        // What lies in the last picture may be nearer to where it is over.
        return nearest <= pts || told.stretch(around: nearest) != nil ? nearest : pts
    }

    /// The instant of `pts`, with its frame and timecode where a picture is known to lie there.
    private func instant(_ pts: Int64) -> Instant {
        guard let picture = grid?.picture(nearest: pts), picture.pts == pts else { return Instant(pts: pts) }
        return picture
    }

    /// Scenes from boundary to boundary.
    private mutating func tile(_ stretch: ToldEvents.Stretch) {
        let inside = finals.values.filter { stretch.start < $0.at && $0.at < stretch.end }.sorted {
            $0.at < $1.at
        }
        var start = stretch.start
        for boundary in inside {
            add(from: start, to: boundary.at, .boundary, boundary.score)
            start = boundary.at
        }
        // A run that goes on may end with a boundary behind which no scene is closed yet.
        guard stretch.endReason == .boundary else {
            return add(from: start, to: stretch.end, stretch.endReason, nil)
        }
        guard let last = finals[stretch.end.pts] else { return }
        events.append((last.at.pts, .boundary(last)))
        counts.boundaries += 1
        add(from: start, to: last.at, .boundary, last.score)
    }

    private mutating func add(from start: Instant, to end: Instant, _ reason: SceneEnd, _ score: Score?) {
        let (first, last) = (told.shot(at: start.pts) ?? 0, told.shot(at: end.pts - 1) ?? 0)
        let shots = (told.shots[first].index, told.shots[max(first, last)].index)
        var scene = Scene(
            index: counts.scenes, start: start, end: end, endReason: reason, score: score,
            firstShot: shots.0, lastShot: shots.1)
        scene.block = told.block(at: start.pts + (end.pts - start.pts) / 2)
        told.describe(&scene)
        events.append((end.pts, .scene(scene)))
        counts.scenes += 1
    }
}

extension Event {
    /// Of answers about one place.
    fileprivate var rank: Int {
        switch self {
        case .boundary(let boundary): boundary.revision
        default: 2
        }
    }
}
