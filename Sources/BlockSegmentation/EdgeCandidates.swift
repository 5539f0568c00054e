internal import DequeModule
internal import Timeline

/// Where a block may begin: cuts, black and silent stretches, and pictures in general.
struct EdgeCandidates: Sendable {
    /// Microseconds between the model's edge and a cut that may stand for it.
    static let reach: Int64 = 2_000_000
    /// Microseconds up to which something is beside a cut: three pictures.
    private static let beside: Int64 = 120_000
    /// Microseconds by which a cut beside black, beside silence, or where the mark comes or goes, may lie
    /// farther away than another.
    private static let blackWorth: Int64 = 1_000_000
    private static let silenceWorth: Int64 = 500_000
    private static let markWorth: Int64 = 500_000
    /// Pictures that are kept at most, and stretches and times of each kind.
    private static let capacity = 8192

    private struct Place: Sendable {
        var at: Instant
        var time: Int64
        var isCut: Bool
    }

    private var places: Deque<Place> = []
    private var blacks: Deque<Range<Int64>> = []
    private var silences: Deque<Range<Int64>> = []
    private var cues: Deque<Int64> = []
    private var markChanges: Deque<Range<Int64>> = []
    private var lastMark: (end: Int64, probability: Float)?

    /// `time`: microseconds since the start, as all times here.
    mutating func push(_ at: Instant, time: Int64, isCut: Bool) {
        var index = places.endIndex
        while index > places.startIndex, places[index - 1].time > time { index -= 1 }
        if index > places.startIndex, places[index - 1].time == time {
            if isCut { places[index - 1] = Place(at: at, time: time, isCut: true) }
            return
        }
        places.insert(Place(at: at, time: time, isCut: isCut), at: index)
        if places.count > Self.capacity { thin() }
    }

    /// Of the pictures at which no shot begins every second one goes, so that the others reach as far back.
    private mutating func thin() {
        var isSecond = true
        places.removeAll { place in
            guard !place.isCut else { return false }
            isSecond.toggle()
            return isSecond
        }
        if places.count > Self.capacity { places.removeFirst(places.count - Self.capacity) }
    }

    mutating func push(black range: Range<Int64>) { Self.push(range, to: &blacks) }

    mutating func push(silence range: Range<Int64>) { Self.push(range, to: &silences) }

    /// A part, and the probability that it shows the mark; parts come in order.
    mutating func push(mark range: Range<Int64>, probability: Float) {
        if let lastMark, abs(range.lowerBound - lastMark.end) <= Self.beside,
            abs(probability - lastMark.probability) > 0.5
        {
            Self.push(range.lowerBound..<range.lowerBound, to: &markChanges)
        }
        lastMark = (range.upperBound, probability)
    }

    mutating func push(cue time: Int64) { Self.push(time, to: &cues) }

    private static func push<Element>(_ element: Element, to elements: inout Deque<Element>) {
        elements.append(element)
        if elements.count > capacity { elements.removeFirst() }
    }

    /// The best cut near `edge`, which is what the model says; a message is more exact, and a cut near it
    /// better. Without a cut the nearest picture; without one nearby the next, as of a picture that is shown
    /// for long. nil where none is known before `now`, behind which others may come.
    func best(near edge: Int64, before now: Int64) -> Instant? {
        let named = cues.filter { abs($0 - edge) <= Self.reach }.min { abs($0 - edge) < abs($1 - edge) }
        let time = named ?? edge
        func isBeside(_ cut: Int64, _ ranges: Deque<Range<Int64>>) -> Bool {
            ranges.contains { cut >= $0.lowerBound - Self.beside && cut <= $0.upperBound + Self.beside }
        }
        var best: (at: Instant, cost: Int64)?
        for place in places where place.isCut && place.time < now && abs(place.time - edge) <= Self.reach {
            var cost = abs(place.time - time)
            if isBeside(place.time, blacks) { cost -= Self.blackWorth }
            if isBeside(place.time, silences) { cost -= Self.silenceWorth }
            if isBeside(place.time, markChanges) { cost -= Self.markWorth }
            if cost < best?.cost ?? .max { best = (place.at, cost) }
        }
        if let best { return best.at }
        for place in places where place.time < now && abs(place.time - edge) <= Self.reach {
            if abs(place.time - time) < best?.cost ?? .max { best = (place.at, abs(place.time - time)) }
        }
        return best?.at ?? places.first { $0.time >= edge && $0.time < now }?.at
    }

    /// Nobody will ask for a moment before `time` any more.
    mutating func drop(before time: Int64) {
        while let place = places.first, place.time < time - Self.reach { places.removeFirst() }
        while let range = blacks.first, range.upperBound < time - 2 * Self.reach { blacks.removeFirst() }
        while let range = silences.first, range.upperBound < time - 2 * Self.reach { silences.removeFirst() }
        while let range = markChanges.first, range.upperBound < time - 2 * Self.reach {
            markChanges.removeFirst()
        }
        cues.removeAll { $0 < time - Self.reach }
    }
}
