package import Timeline

/// Recognizes parts that were shown before: idents, trailers and adverts come back within hours, programs
/// hardly ever do.
///
/// A value. A part is known by 64 signs of its middle picture and by its length; a fade or a mark changes a
/// few signs. It keeps the last `capacity` parts, 24 bytes each, and compares a part with all of them: some
/// ten microseconds for a day.
package struct RecurrenceFinder: Sendable {
    /// Parts that are kept: about a day of a busy channel.
    package static let capacity = 32_768
    /// Seconds that must lie between: nearer ones are the same place seen again.
    package static let nearest = 120.0
    /// Signs that may differ.
    private static let tolerance = 4
    /// Seconds by which lengths may differ.
    private static let slack = 0.15
    /// Least mean difference of neighboring cells, in steps of luma: what is flatter has no face.
    private static let contrast = 3

    private struct Entry: Sendable {
        var signs: UInt64
        var at: Int64
        var length: Int64
    }

    private let timeBase: TimeBase
    private var entries: [Entry] = []
    /// Where the next one goes once all places are taken.
    private var next = 0

    package init(timeBase: TimeBase) { self.timeBase = timeBase }

    /// Takes the next part, and a picture from its middle.
    ///
    /// - Returns: the probability that it was shown before; nil if the picture says too little.
    package mutating func push(start: Instant, end: Instant, picture: AnalysisPicture) -> Float? {
        guard let signs = Self.signs(of: picture) else { return nil }
        let entry = Entry(signs: signs, at: start.pts, length: end.pts - start.pts)
        let latest = start.pts - timeBase.ticks(seconds: Self.nearest)
        let slack = timeBase.ticks(seconds: Self.slack)
        var isLike = false
        var isEqual = false
        for other in entries where other.at <= latest {
            guard (other.signs ^ signs).nonzeroBitCount <= Self.tolerance else { continue }
            isLike = true
            if abs(other.length - entry.length) <= slack { isEqual = true }
        }
        if entries.count < Self.capacity {
            entries.append(entry)
        } else {
            entries[next] = entry
            next = (next + 1) % Self.capacity
        }
        return isEqual ? 0.95 : isLike ? 0.4 : 0.02
    }

    /// Whether each of 8 x 8 cells is brighter than the one to its right, of 9 x 8 in all.
    static func signs(of picture: AnalysisPicture) -> UInt64? {
        let luma = picture.planes.span
        var signs: UInt64 = 0
        var difference = 0
        for row in 0..<8 {
            var means: [Int] = []
            let rows = row * AnalysisPicture.height / 8..<(row + 1) * AnalysisPicture.height / 8
            for cell in 0..<9 {
                let columns = cell * AnalysisPicture.width / 9..<(cell + 1) * AnalysisPicture.width / 9
                var sum = 0
                for y in rows { for x in columns { sum += Int(luma[y * AnalysisPicture.width + x]) } }
                means.append(16 * sum / (rows.count * columns.count))
            }
            for cell in 0..<8 {
                signs = signs << 1 | (means[cell] > means[cell + 1] ? 1 : 0)
                difference += abs(means[cell] - means[cell + 1])
            }
        }
        return difference >= 16 * 64 * contrast ? signs : nil
    }
}
