/// What different pictures of one corner have in common: running means that forget slowly.
struct CornerMeans: Sendable {
    /// Pictures after which a pixel may be called static.
    static let fewest: Float = 16
    /// Pictures that the means reach back over.
    static let memory: Float = 48
    /// Shortest mean gradient, in steps of luma per pixel, and least share of the mean power that it must
    /// explain: the background of as many pictures explains one in `memory`.
    private static let shortest: Float = 3
    private static let consistency: Float = 0.6
    /// Static pixels nearer than this, in pixels, are of one mark.
    private static let reach = 3
    /// A mark has at least so many static pixels, and no larger box than this.
    private static let fewestPixels = 20
    private static let largest = (width: 70, height: 44)
    /// Least share of power in either direction: the edge of a banner has one direction alone.
    private static let weakest: Float = 0.15

    private(set) var x = [Float](repeating: 0, count: CornerZone.count)
    private(set) var y = [Float](repeating: 0, count: CornerZone.count)
    private(set) var power = [Float](repeating: 0, count: CornerZone.count)
    private(set) var luma = [Float](repeating: 0, count: CornerZone.count)
    private var counts = [Float](repeating: 0, count: CornerZone.count)

    /// Takes another picture's corner.
    mutating func push(_ zone: CornerZone) {
        for place in 0..<CornerZone.count where zone.isValid[place] {
            counts[place] = min(counts[place] + 1, Self.memory)
            let weight = 1 / counts[place]
            let (across, down) = (zone.x[place], zone.y[place])
            x[place] += weight * (across - x[place])
            y[place] += weight * (down - y[place])
            power[place] += weight * (across * across + down * down - power[place])
            luma[place] += weight * (zone.luma[place] - luma[place])
        }
    }

    /// The strongest mark here, and its power; nil where nothing is like a mark.
    func mark() -> (pixels: [Int], power: Float)? {
        let isStatic = (0..<CornerZone.count).map { place in
            let square = x[place] * x[place] + y[place] * y[place]
            return counts[place] >= Self.fewest && square >= Self.shortest * Self.shortest
                && square >= Self.consistency * power[place]
        }
        var best: (pixels: [Int], power: Float)?
        for pixels in Self.groups(isStatic) where pixels.count >= Self.fewestPixels {
            let columns = pixels.map { $0 % CornerZone.width }
            let rows = pixels.map { $0 / CornerZone.width }
            let width = (columns.max() ?? 0) - (columns.min() ?? 0) + 1
            let height = (rows.max() ?? 0) - (rows.min() ?? 0) + 1
            guard width <= Self.largest.width, height <= Self.largest.height else { continue }
            let across = pixels.reduce(Float(0)) { $0 + x[$1] * x[$1] }
            let down = pixels.reduce(Float(0)) { $0 + y[$1] * y[$1] }
            guard min(across, down) >= Self.weakest * (across + down) else { continue }
            if across + down > best?.power ?? 0 { best = (pixels, across + down) }
        }
        return best
    }

    /// Pixels that hang together over gaps of up to twice `reach`.
    private static func groups(_ isStatic: [Bool]) -> [[Int]] {
        let isNear = grown(isStatic, by: reach)
        var isSeen = [Bool](repeating: false, count: CornerZone.count)
        var groups: [[Int]] = []
        for start in 0..<CornerZone.count where isNear[start] && !isSeen[start] {
            var (open, group) = ([start], [Int]())
            isSeen[start] = true
            while let place = open.popLast() {
                if isStatic[place] { group.append(place) }
                for next in neighbors(of: place) where isNear[next] && !isSeen[next] {
                    isSeen[next] = true
                    open.append(next)
                }
            }
            groups.append(group.sorted())
        }
        return groups
    }

    /// With all pixels up to `count` steps away.
    static func grown(_ pixels: [Bool], by count: Int) -> [Bool] {
        var result = pixels
        for _ in 0..<count {
            let before = result
            for place in 0..<CornerZone.count where !before[place] {
                result[place] = neighbors(of: place).contains { before[$0] }
            }
        }
        return result
    }

    private static func neighbors(of place: Int) -> [Int] {
        let (row, column) = (place / CornerZone.width, place % CornerZone.width)
        var places: [Int] = []
        if row > 0 { places.append(place - CornerZone.width) }
        if row < CornerZone.height - 1 { places.append(place + CornerZone.width) }
        if column > 0 { places.append(place - 1) }
        if column < CornerZone.width - 1 { places.append(place + 1) }
        return places
    }
}
