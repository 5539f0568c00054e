internal import Timeline

/// The pictures at which a block may begin where no shot does: four a second, and the first one at or behind
/// each time that a message names.
///
/// A value. It holds them until the part that they lie in is closed, `mostPictures` at most: where that is
/// not enough, every second one goes.
struct EdgePictures: Sendable {
    private static let mostPictures = 4096
    /// Times that are remembered ahead; of more the farthest goes.
    private static let mostNames = 256

    private let interval: Int64
    private var pictures: [Instant] = []
    /// The last one that was held for its distance from the one before, and the last of all.
    private var last: Int64?
    private var newest: Int64?
    /// Times that messages name and no picture has reached, the next one last.
    private var named: [Int64] = []

    init(timeBase: TimeBase) { interval = max(1, timeBase.ticks(seconds: 0.25)) }

    /// A message names `pts`. Where pictures are past it, those that are held must do.
    mutating func name(_ pts: Int64) {
        guard newest.map({ pts > $0 }) ?? true else { return }
        named.insert(pts, at: named.firstIndex { $0 < pts } ?? named.endIndex)
        if named.count > Self.mostNames { named.removeFirst() }
    }

    /// Takes the next picture in display order.
    mutating func push(_ picture: Instant) {
        newest = picture.pts
        var isNamed = false
        while let next = named.last, next <= picture.pts {
            named.removeLast()
            isNamed = true
        }
        let isDue = last.map { picture.pts - $0 >= interval } ?? true
        guard isDue || isNamed else { return }
        if isDue { last = picture.pts }
        if pictures.count == Self.mostPictures {
            pictures = stride(from: 0, to: pictures.count, by: 2).map { pictures[$0] }
        }
        pictures.append(picture)
    }

    /// Those before `end`, in order; they are let go of.
    mutating func take(before end: Int64) -> [Instant] {
        let count = pictures.firstIndex { $0.pts >= end } ?? pictures.count
        defer { pictures.removeFirst(count) }
        return Array(pictures.prefix(count))
    }

    /// Pictures are missing: those that no part holds were lost, too.
    mutating func forget() { pictures = [] }
}
