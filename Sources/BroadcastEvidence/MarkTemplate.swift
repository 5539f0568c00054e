internal import RealModule

/// A learned mark: the gradients of its pixels.
struct MarkTemplate: Sendable {
    /// Least cosine of the angle between a gradient and the mark's, and the range of their lengths' ratio.
    private static let cosine: Float = 0.8
    private static let ratios: ClosedRange<Float> = 0.4...2.2
    /// Share of pixels that agree with a picture without the mark.
    private static let byChance: Float = 0.08
    /// Share of what a picture with the mark changes.
    private static let rate: Float = 0.02
    /// Steps of luma that a background must be away from the mark's tone, or the mark cannot be seen.
    private static let distinct: Float = 16
    /// Least share of its pixels that a picture must show outside bars.
    private static let leastShown: Float = 0.5

    /// Index of its corner.
    let zone: Int
    private let pixels: [Int]
    private var x: [Float]
    private var y: [Float]
    /// Share of pixels that agree where the mark is there.
    private var usual: Float = 0.8
    /// Around the mark.
    private let ring: [Int]
    private let isBright: Bool
    /// Luma of its brightest part, or of its darkest if it is a dark mark.
    private let tone: Float

    init(zone: Int, pixels: [Int], means: CornerMeans) {
        self.zone = zone
        self.pixels = pixels
        x = pixels.map { means.x[$0] }
        y = pixels.map { means.y[$0] }
        var isMark = [Bool](repeating: false, count: CornerZone.count)
        for place in pixels { isMark[place] = true }
        let isNear = CornerMeans.grown(isMark, by: 2)
        let isAround = CornerMeans.grown(isNear, by: 4)
        ring = (0..<CornerZone.count).filter { isAround[$0] && !isNear[$0] }
        let own = pixels.reduce(Float(0)) { $0 + means.luma[$1] } / Float(pixels.count)
        isBright = own > Self.mean(of: means.luma, at: ring)
        let near = (0..<CornerZone.count).filter { isNear[$0] }.map { means.luma[$0] }.sorted()
        tone = near[(near.count - 1) * (isBright ? 9 : 1) / 10]
    }

    /// How far a picture's corner shows it.
    struct Agreement {
        /// Share of pixels whose gradients are like the mark's.
        var share: Float
        /// That the mark is there.
        var probability: Float
        /// The background is about as bright as the mark, so that its absence proves nothing.
        var isHidden: Bool
    }

    /// nil where most of it lies under bars.
    func agreement(with corner: CornerZone) -> Agreement? {
        var (shown, alike) = (0, 0)
        for (index, place) in pixels.enumerated() where corner.isValid[place] {
            shown += 1
            let dot = corner.x[place] * x[index] + corner.y[place] * y[index]
            let own = (x[index] * x[index] + y[index] * y[index]).squareRoot()
            let seen = (corner.x[place] * corner.x[place] + corner.y[place] * corner.y[place]).squareRoot()
            if dot >= Self.cosine * own * seen, Self.ratios.contains(seen / own) { alike += 1 }
        }
        guard Float(shown) >= Self.leastShown * Float(pixels.count) else { return nil }
        let share = Float(alike) / Float(shown)
        // A logistic function between both usual shares, with five units to either side of the middle.
        let middle = (usual + Self.byChance) / 2
        let probability = 1 / (1 + Float.exp(10 * (middle - share) / (usual - Self.byChance)))
        let background = Self.mean(of: corner.luma, at: ring)
        let isHidden = isBright ? background >= tone - Self.distinct : background <= tone + Self.distinct
        return Agreement(share: share, probability: probability, isHidden: isHidden)
    }

    /// Moves a little toward a picture that shows it.
    mutating func follow(_ corner: CornerZone, share: Float) {
        for (index, place) in pixels.enumerated() where corner.isValid[place] {
            x[index] += Self.rate * (corner.x[place] - x[index])
            y[index] += Self.rate * (corner.y[place] - y[index])
        }
        usual += Self.rate * (share - usual)
    }

    private static func mean(of values: [Float], at places: [Int]) -> Float {
        places.reduce(0) { $0 + values[$1] } / Float(max(places.count, 1))
    }
}
