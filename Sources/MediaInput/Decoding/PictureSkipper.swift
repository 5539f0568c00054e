package import Timeline

/// Chooses the pictures that need not be decoded, and fills their places. The heart of the plan `fastest`.
///
/// Pictures that no other refers to come into question. Encoders send them after both of their neighbors, so
/// the neighbors are known when the choice is made: if they are alike, nothing happens between them, and a
/// blend of both, weighted by time, stands for the picture; an image encoder gets the nearer one. If they
/// differ more than pictures lately did, the picture is decoded, so that cuts are found where they are:
/// unless a third decoded picture shows that the change is spread evenly, as in a dissolve, which a blend is
/// like too.
///
/// So do pictures in the middle of a B pyramid, where the neighbors are alike and blends have lately been
/// like the middle pictures that they would have stood for (`BlendTrust`). What else lies between the
/// neighbors may refer to such a picture and is left out with it. Later pictures may, too, if seldom: FFmpeg
/// puts the picture decoded before in its place.
///
/// Knows nothing of what was before the group of pictures it was restarted for.
package struct PictureSkipper {
    struct Seen {
        var stamp: Int64
        var analysis: AnalysisPicture
        /// It is decoded for others only, and does not come out.
        var isHidden = false
    }
    private struct Skipped {
        var stamp: Int64
        var duration: Int64
    }

    /// Decoded pictures that can still be neighbors, in the order of decoding.
    private var seen: [Seen] = []
    /// What neighbors differed by lately, the latest last.
    private var distances: [Float] = []
    /// The neighbors compared last, and the answer: skipped pictures often come in runs.
    private var answered: (left: Int64, right: Int64, isSkipped: Bool)?
    /// The last neighbors that differed, and what was usual then: what lies between them is judged by that.
    private var restless: (left: Int64, right: Int64, usual: Float?)?
    /// Neighbors without the picture in their middle, which what else lies between them may refer to.
    private var hollow: (left: Int64, right: Int64)?
    private var trust = BlendTrust()
    /// Places to fill, in order of time.
    private var skipped: [Skipped] = []
    /// The picture shown last.
    private var shown: DecodedPicture?
    /// Neighbors stand no farther apart, in ticks.
    private let reach: Int64

    /// Differences (luma + 2 chroma, 8-bit steps) below this are not worth a look.
    package static let floor: Float = 2.5
    /// Neighbors that differ this many times as much as is usual here are looked between.
    package static let ratio: Float = 2
    /// Of three pictures the middle one may be this far from the line between the others, as a share of where
    /// a cut would put it: on one of its ends.
    package static let evenness: Float = 0.6
    /// Neighbors of a middle picture that is left out are at most this many times its duration apart.
    private static let longestHollow: Int64 = 8
    private static let memory = 9
    private static let seenCount = 24

    /// `second`: ticks of one second.
    package init(second: Int64) { reach = max(1, second) }

    /// Forgets everything: a new group begins.
    package mutating func restart() {
        (seen, distances, skipped) = ([], [], [])
        (answered, restless, hollow, shown) = (nil, nil, nil, nil)
        trust = BlendTrust()
    }

    /// Takes a picture that has been decoded, in the order of decoding. `isHidden`: it will not come out.
    package mutating func see(_ analysis: AnalysisPicture, at stamp: Int64, isHidden: Bool = false) {
        trust.see(analysis, at: stamp)
        if seen.count == Self.seenCount { seen.removeFirst() }
        seen.append(Seen(stamp: stamp, analysis: analysis, isHidden: isHidden))
    }

    /// The picture at `stamp`, if it has been decoded lately.
    func analysis(at stamp: Int64) -> AnalysisPicture? { seen.last { $0.stamp == stamp }?.analysis }

    /// Whether a picture can be left out; if so its place will be filled.
    ///
    /// - Parameters:
    ///   - stamp: when it is shown, in ticks.
    ///   - duration: how long, in ticks.
    ///   - isMiddle: others between its neighbors may refer to it; they are left out with it.
    /// - Returns: whether it is not to be decoded.
    package mutating func skips(at stamp: Int64, duration: Int64, isMiddle: Bool = false) -> Bool {
        if lacksReferences(at: stamp) {
            leaveOut(stamp, duration)
            return true
        }
        guard let (left, right) = neighbors(of: stamp) else { return false }
        guard isMiddle ? skipsMiddle(left, right, at: stamp, duration: duration) : skips(left, right) else {
            return false
        }
        leaveOut(stamp, duration)
        return true
    }

    /// What the picture at `stamp` may refer to has been left out: so it must be.
    func lacksReferences(at stamp: Int64) -> Bool {
        hollow.map { $0.left < stamp && stamp < $0.right } ?? false
    }

    private mutating func leaveOut(_ stamp: Int64, _ duration: Int64) {
        let index = skipped.firstIndex { $0.stamp > stamp } ?? skipped.endIndex
        skipped.insert(Skipped(stamp: stamp, duration: duration), at: index)
    }

    private mutating func skips(_ left: Seen, _ right: Seen) -> Bool {
        if let answered, answered.left == left.stamp, answered.right == right.stamp {
            return answered.isSkipped
        }
        let isSkipped = isQuiet(left, right) || isEven(left, right)
        answered = (left.stamp, right.stamp, isSkipped)
        return isSkipped
    }

    private mutating func skipsMiddle(_ left: Seen, _ right: Seen, at stamp: Int64, duration: Int64) -> Bool {
        guard right.stamp - left.stamp <= Self.longestHollow * duration, isQuiet(left, right), trust.spend()
        else {
            trust.expect(stamp, between: left, and: right)
            return false
        }
        hollow = (left.stamp, right.stamp)
        return true
    }

    /// nil where it has none that a blend could be made of.
    private func neighbors(of stamp: Int64) -> (left: Seen, right: Seen)? {
        var left: Seen?
        var right: Seen?
        for picture in seen {
            if picture.stamp == stamp { return nil }
            if picture.stamp < stamp {
                if left.map({ $0.stamp < picture.stamp }) ?? true { left = picture }
            } else if right.map({ $0.stamp > picture.stamp }) ?? true {
                right = picture
            }
        }
        // A place behind a hidden picture may be the first of all, which nothing comes out in front of.
        guard let left, let right, !left.isHidden, right.stamp - left.stamp <= reach else { return nil }
        return (left, right)
    }

    /// Whether what changes between `left` and `right` does so evenly, by what is known beyond one of them.
    /// Had one cut done it, the middle one of the three would be like one of the others and far from their
    /// blend.
    private func isEven(_ left: Seen, _ right: Seen) -> Bool {
        let before = seen.filter { $0.stamp < left.stamp }.max { $0.stamp < $1.stamp }
        if let before, isEven(before, left, right) { return true }
        let after = seen.filter { $0.stamp > right.stamp }.min { $0.stamp < $1.stamp }
        return after.map { isEven(left, right, $0) } ?? false
    }

    private func isEven(_ first: Seen, _ middle: Seen, _ last: Seen) -> Bool {
        let (passed, whole) = (middle.stamp - first.stamp, last.stamp - first.stamp)
        guard whole <= reach else { return false }
        let line = Self.blend(first.analysis, last.analysis, share: Int32(passed * 256 / whole))
        let nearerEnd = Float(min(passed, whole - passed)) / Float(whole)
        return Self.distance(middle.analysis, line)
            <= Self.evenness * nearerEnd * Self.distance(first.analysis, last.analysis)
    }

    private mutating func isQuiet(_ left: Seen, _ right: Seen) -> Bool {
        let distance = Self.distance(left.analysis, right.analysis)
        if let restless, restless.left <= left.stamp, right.stamp <= restless.right {
            return isQuiet(distance, usual: restless.usual)
        }
        // The lower middle: of two, one may be a cut.
        let usual = distances.count < 2 ? nil : distances.sorted()[(distances.count - 1) / 2]
        if distances.count == Self.memory { distances.removeFirst() }
        distances.append(distance)
        let isQuiet = isQuiet(distance, usual: usual)
        if !isQuiet { restless = (left.stamp, right.stamp, usual) }
        return isQuiet
    }

    private func isQuiet(_ distance: Float, usual: Float?) -> Bool {
        distance < max(Self.floor, Self.ratio * (usual ?? 0))
    }

    /// Mean absolute difference of luma, and twice that of chroma: the shot detector's own measure.
    static func distance(_ left: AnalysisPicture, _ right: AnalysisPicture) -> Float {
        let a = left.planes.span
        let b = right.planes.span
        var luma: Int32 = 0
        for index in 0..<AnalysisPicture.lumaCount { luma &+= abs(Int32(a[index]) &- Int32(b[index])) }
        var chroma: Int32 = 0
        for index in AnalysisPicture.lumaCount..<AnalysisPicture.byteCount {
            chroma &+= abs(Int32(a[index]) &- Int32(b[index]))
        }
        return Float(luma) / Float(AnalysisPicture.lumaCount)
            + 2 * Float(chroma) / Float(2 * AnalysisPicture.chromaCount)
    }

    /// Whether one of the places that `show` would fill before a picture at `stamp` satisfies `condition`, of
    /// its time stamp and its duration in ticks.
    func fills(before stamp: Int64, where condition: (Int64, Int64) -> Bool) -> Bool {
        skipped.contains { $0.stamp < stamp && condition($0.stamp, $0.duration) }
    }

    /// Takes a decoded picture in the order of display; returns the pictures skipped before it, then itself.
    package mutating func show(_ picture: DecodedPicture) -> [DecodedPicture] {
        defer { shown = picture }
        var pictures = picture.stamp.map { turnBack(to: $0) } ?? []
        guard let first = skipped.first, let stamp = picture.stamp, first.stamp < stamp else {
            return pictures + [picture]
        }
        while let next = skipped.first, next.stamp < stamp {
            skipped.removeFirst()
            // What was decoded before them did not come out, so neither would they have.
            if shown != nil { pictures.append(filled(next, before: picture)) }
        }
        return pictures + [picture]
    }

    /// The clock is set back where its next stamp lies more than a second before the last one: what it still
    /// had to show comes now, and says nothing of what follows.
    private mutating func turnBack(to stamp: Int64) -> [DecodedPicture] {
        guard let shown, let last = shown.stamp, stamp < last.subtractingReportingOverflow(reach).partialValue
        else { return [] }
        let late = skipped.filter { $0.stamp > last }
        skipped.removeAll { $0.stamp > last }
        seen.removeAll { $0.stamp >= last }
        (answered, restless) = (nil, nil)
        if let hollow, hollow.right >= last { self.hollow = nil }
        return late.map { filled($0, before: shown) }
    }

    /// The group is over: returns skipped pictures that nothing was shown after.
    package mutating func finish() -> [DecodedPicture] {
        guard let shown else { return [] }
        let rest = skipped.map { filled($0, before: shown) }
        skipped = []
        return rest
    }

    private func filled(_ place: Skipped, before next: DecodedPicture) -> DecodedPicture {
        let last = shown ?? next
        var picture = next
        picture.stamp = place.stamp
        picture.duration = place.duration
        picture.isSkipped = true
        (picture.isKey, picture.mark) = (false, nil)
        picture.isDamaged = last.isDamaged || next.isDamaged
        if let from = last.stamp, let to = next.stamp, place.stamp - from < to - place.stamp {
            picture.views = last.views
        }
        if let left = last.analysis, let right = next.analysis, let from = last.stamp, let to = next.stamp,
            to > from
        {
            let share = Self.share(of: place.stamp, from: from, to: to)
            picture.analysis = Self.blend(left, right, share: share)
        }
        return picture
    }

    /// How far `stamp` lies on the way from one stamp to a later one, in 256ths.
    package static func share(of stamp: Int64, from: Int64, to: Int64) -> Int32 {
        let exact = Int128(stamp - from) * 256 / Int128(to - from)
        return Int32(clamping: max(0, min(exact, 256)))
    }

    /// `share` 256ths of `right`, the rest of `left`.
    static func blend(_ left: AnalysisPicture, _ right: AnalysisPicture, share: Int32) -> AnalysisPicture {
        let a = left.planes.span
        let b = right.planes.span
        return AnalysisPicture(
            planes: [UInt8](unsafeUninitializedCapacity: AnalysisPicture.byteCount) { bytes, count in
                for index in 0..<AnalysisPicture.byteCount {
                    let sum = Int32(a[index]) &* (256 &- share) &+ Int32(b[index]) &* share &+ 128
                    bytes.initializeElement(at: index, to: UInt8(truncatingIfNeeded: sum >> 8))
                }
                count = AnalysisPicture.byteCount
            })
    }
}
