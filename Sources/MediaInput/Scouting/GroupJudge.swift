/// Says whether a group of pictures may hold anything but one place, from what it costs little to know: the
/// sizes of its packets, and its key frames with the one behind it.
///
/// Two rules, and both must hold for a group to be left out:
///
/// - **No packet stands out.** The picture behind a cut shares nothing with those it is predicted from, so
///   its packet comes near a key frame's size, or over its neighbors'. What stands out may as well be a
///   flash, or something that moves at once: then the group is decoded for nothing.
/// - **The key frames show the same tones.** A cut that no packet betrays, a dissolve and a fade end in
///   another picture. The camera may move meanwhile, for tones stay where a place does. Where an encoder put
///   the key frame behind sooner than usual, it saw a change: then the pictures themselves must be alike.
///
/// Where a packet stands out, what follows the last one is judged in the same way, from the picture decoded
/// last (`GroupTail`). What both rules miss: a shot between two others of the same place whose packets are
/// all small.
package enum GroupJudge {
    /// Share of a picture that may have other tones in the next key frame (`ToneSketch`). Of 215 groups of
    /// 2 s from two real films and a composed one, none below 0.25 held a hard cut that the sizes did not
    /// show.
    static let mostChange: Float = 0.2
    /// The same of a picture within the group. Less, for many are asked: up to 0.15 no cut was lost there,
    /// up to 0.25 two of 101 were.
    static let mostChangeWithin: Float = 0.12
    /// A packet this large, as a share of the largest key frame's, may hold another place.
    static let leastShare = 0.2
    /// If it has this many times the size of the second largest of the neighbors of its kind on both sides.
    static let leastSpike = 2.7
    /// In a group without B-pictures also this many times that of those on one side: behind a cut more may
    /// move than before it, or less.
    static let leastStep = 4.0
    /// Where each picture is a key frame, those between two alike ones have sizes within this factor, for
    /// each tells how much there is to see in its picture.
    static let mostSpread = 1.2
    /// And the two differ in less than this share of their tones for each picture from one to the other;
    /// several such stretches in a row in less than the second share. On six films in MJPEG and ProRes
    /// (composed and real), tighter limits (.01, .12, and sizes within 1.1) found one more of 85 gradual
    /// transitions and took a sixth more time.
    static let mostChangePerPicture: Float = 0.02
    static let mostSlowChange: Float = 0.15
    /// A key frame nearer to the one before than this share of the longest distance so far stands where the
    /// encoder saw a change. Then the same tones are not enough: the pictures themselves must
    /// differ by less than so many levels (`PictureSkipper.distance`).
    static let leastRegularity = 0.98
    static let mostDifference: Float = 10
    /// A packet with this share of the largest key frame's may hold another place, whatever its neighbors
    /// are: where a shot in which much moves begins, all that follow are as large, and around a short shot
    /// two stand close together. Chosen by fourteen cuts of groups of 100 pictures that were left out.
    static let keyShare = 0.8
    /// Neighbors count as at least this share of a key frame: sizes of still pictures say nothing.
    private static let floor = 0.02

    /// What is known of a packet before it is decoded.
    package struct Cost: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case key, reference, bidirectional
            /// One or the other, in a hierarchy of up to 16 pictures whose levels differ in size. Neighbors
            /// reach over two of them.
            case either
        }
        package var kind: Kind
        package var bytes: Int

        package init(_ kind: Kind, _ bytes: Int) { (self.kind, self.bytes) = (kind, bytes) }
    }

    /// The first packet behind all that stand out; 0 where none does. `costs`: of all packets of a group in
    /// the order of decoding, the opening key frame first. O(packets).
    package static func evenStart(of costs: [Cost]) -> Int {
        let keys = costs.lazy.filter { $0.kind == .key }.map(\.bytes)
        let key = Double(keys.max() ?? 0)
        guard key > 0 else { return costs.count }
        var start = 0
        for (kind, reach) in [(Cost.Kind.reference, 4), (.bidirectional, 4), (.either, 33)] {
            let indices = costs.indices.filter { costs[$0].kind == kind }
            // Without B-pictures all are of one level, and four on one side tell what is usual there.
            let isFlat = kind == .reference && indices.count + keys.count == costs.count
            // The top of a hierarchy may be as large as a key frame each time.
            let mostShare = kind == .either ? Double.infinity : keyShare
            let last = lastSpike(
                in: indices.map { Double(costs[$0].bytes) }, reach: reach, key: key, mostShare: mostShare,
                stepsCount: isFlat)
            if let last { start = max(start, indices[last] + 1) }
        }
        return start
    }

    /// - Parameters:
    ///   - sizes: of the packets of one kind, in the order of decoding.
    ///   - reach: neighbors on each side.
    ///   - key: size of the largest key frame.
    ///   - mostShare: of that, from which a packet counts whatever its neighbors are.
    ///   - stepsCount: the neighbors on one side are enough.
    /// - Returns: the last that stands out; nil where none does.
    private static func lastSpike(
        in sizes: [Double], reach: Int, key: Double, mostShare: Double, stepsCount: Bool
    ) -> Int? {
        for (index, size) in sizes.enumerated().reversed() where size >= leastShare * key {
            let sides = [
                sizes[max(0, index - reach)..<index],
                sizes[(index + 1)..<min(sizes.count, index + 1 + reach)],
            ]
            let around = usual(sides[0] + sides[1]) ?? 0
            if size >= leastSpike * max(around, floor * key) || size >= mostShare * key { return index }
            // A shot in which much moves may follow a still one, or go before it.
            guard stepsCount else { continue }
            let quieter = sides.filter { $0.count == reach }.compactMap(usual).min() ?? .infinity
            if size >= leastStep * max(quieter, floor * key) { return index }
        }
        return nil
    }

    /// The second largest of a few sizes; of one, that; nil of none.
    private static func usual(_ sizes: some Sequence<Double>) -> Double? {
        var largest: (first: Double?, second: Double?)
        for size in sizes {
            if size > largest.first ?? -.infinity {
                largest = (size, largest.first)
            } else if size > largest.second ?? -.infinity {
                largest.second = size
            }
        }
        return largest.second ?? largest.first
    }
}
